import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { entryFile, projectHome } from "#base/machine/node";
import { openIdentity, readCertificateFile, readKeyFile } from "#base/signing/node";
import { practiceFiles } from "#examination/practice/node";
import { shiftFault } from "./faults.ts";
import type { KitFolder } from "./kit-folder.node.ts";
import type { WorkingShift } from "./working-shift.node.ts";

/** What the child that makes the set says: how far it is, 0 to 1; or that it is done. */
export type MakingSaid = { fraction: number } | { done: true } | { fault: string };

/** Shares of the work, in the order in which it is done. */
export const MAKING_SHARES = { known: 0.2, device: 0.3, keys: 0.1, list: 0.4 } as const;

/**
 * Makes the practice set in the kit where none can be used, in a child of its own.
 *
 * @param onFraction Told how far it is, 0 to 1.
 * @throws {Fault} shift/practice.
 */
export function makePracticeSet({ practice }: KitFolder, onFraction: (fraction: number) => void): Promise<void> {
  const child = spawn(
    process.execPath,
    ["--no-warnings", entryFile("src/examination/shift/make-practice.child.node.ts"), practice],
    {
      cwd: projectHome,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      windowsHide: true,
    },
  );
  const failed = (why: string) =>
    shiftFault("shift/practice", `No practice set: ${why}`, { values: { path: practice } });
  return new Promise((resolve, reject) => {
    child.on("message", (said: MakingSaid) => {
      if ("fraction" in said) onFraction(said.fraction);
      else if ("done" in said) resolve();
      else reject(failed(said.fault));
    });
    child.once("error", (error) => reject(failed(error.message)));
    // Not "exit": what it said last may come after that.
    child.once("close", (code) => reject(failed(`exit ${code}`)));
  });
}

/** A shift for practice: its officer, list and device lie beside their passphrases; nothing in it is evidence. */
export async function practiceShift({ practice }: KitFolder, id: string): Promise<WorkingShift> {
  const files = practiceFiles(practice);
  const passphrase = readFileSync(files.passphrase, "utf8").trimEnd();
  const identity = await openIdentity(readKeyFile(files.identity), passphrase);
  const certificate = readCertificateFile(files.certificate);
  const evidenceDir = join(practice, "exhibits");
  mkdirSync(evidenceDir, { recursive: true, mode: 0o700 });
  return {
    ...{ id, identity, certificate, evidenceDir },
    practice: true,
    trust: certificate.agencyKeys,
    lists: [files.filter],
    practiceDevices: [files.device],
  };
}

/** The first practice exhibit number that has no folder yet. */
export function practiceExhibit({ practice }: KitFolder): string {
  for (let n = 1; ; n++) {
    const exhibit = `PRACTICE-${String(n).padStart(4, "0")}`;
    if (!existsSync(join(practice, "exhibits", exhibit))) return exhibit;
  }
}
