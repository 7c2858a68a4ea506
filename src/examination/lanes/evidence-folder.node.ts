import { existsSync } from "node:fs";
import { join } from "node:path";

const NAME_MOST = 60;

/** Folder of evidence of an exhibit: its number where that can be a name, and a mark of it where it cannot. */
export function evidenceFolder(evidenceDir: string, exhibit: string): string {
  const plain = exhibit.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}._-]/gu, "_");
  const name = plain.replace(/^\.+/, "_").slice(0, NAME_MOST);
  return join(evidenceDir, name === exhibit ? name : `${name}-${Buffer.from(exhibit).toString("hex").slice(-32)}`);
}

/** Whether something was ever examined under this number here. */
export function isExhibitUsed(evidenceDir: string, exhibit: string): boolean {
  return existsSync(join(evidenceFolder(evidenceDir, exhibit), "journal.jsonl"));
}
