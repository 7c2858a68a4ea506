// A made-up agency with officers and lists in a kit's folder: for tests.
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enrol, newIdentity, newSigner, openSigner, type Signer } from "#base/signing/node";
import { canonicalText } from "#base/values";
import { buildFilter } from "#examination/filters/node";
import { type KitFolder, kitFolder, makeKitFolder } from "./kit-folder.node.ts";

const DAY_MS = 86_400_000;
const CHEAP = { workFactor: 2 };

/** One made-up agency and its kit. */
export interface ShiftLab {
  folder: KitFolder;
  agency: Signer;
  /** @returns the officer's public key and recipient. The passphrase is the name. */
  officer(name: string, validDays?: number): Promise<{ id: string; recipient: string }>;
  /** Builds a list of noise. @param days from now. @returns its path. */
  list(
    path: string,
    recipients: string[],
    days?: { released?: number; valid?: number; grace?: number },
  ): Promise<string>;
  close(): void;
}

/** Makes the lab in a temporary folder. */
export async function shiftLab(nowMs: number): Promise<ShiftLab> {
  const dir = mkdtempSync(join(tmpdir(), "phum-shift-"));
  const folder = kitFolder(join(dir, "kit"));
  makeKitFolder(folder);
  const agency = await openSigner((await newSigner("agency", CHEAP)).file, "agency");
  const noise = join(dir, "noise");
  mkdirSync(noise);
  writeFileSync(join(noise, "a.bin"), randomBytes(200_000));
  return {
    ...{ folder, agency },
    officer: async (name, validDays = 300) => {
      const { file, public: officer } = await newIdentity(name, CHEAP);
      const validUntil = new Date(nowMs + validDays * DAY_MS).toISOString();
      const issuedMs = nowMs - 400 * DAY_MS;
      const certificate = enrol({ officer, name, unit: "Unit", validUntil, agency, nowMs: issuedMs });
      writeFileSync(join(folder.officers, `${name}.key`), file);
      writeFileSync(join(folder.officers, `${name}.cert`), `${canonicalText(certificate)}\n`);
      return { id: officer.signPublic, recipient: officer.recipient };
    },
    list: async (path, recipients, { released = -4, valid = 40, grace = 70 } = {}) => {
      const at = (days: number): string => new Date(nowMs + days * DAY_MS).toISOString();
      const dates = { releasedAt: at(released), validUntil: at(valid), graceUntil: at(grace) };
      await buildFilter({
        inputs: [noise],
        about: { name: "national", agency: "Agency", category: "national", release: `r${released}`, ...dates },
        ...{ agency, recipients, out: path },
      });
      return path;
    },
    close: () => rmSync(dir, { recursive: true }),
  };
}
