import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalBytes } from "#base/values";
import { boundedJson } from "./bounded-json.ts";
import { writeDurably, writing } from "./durable-file.node.ts";

/** The newest checkpoint of an examination that this kit has seen. */
export interface JournalAnchor {
  n: number;
  hash: string;
}

/** Notes it outside the exhibit, under the hash of the journal's first entry. */
export function writeAnchor(stateDir: string, first: string, anchor: JournalAnchor): void {
  const folder = join(stateDir, "exhibits");
  writing(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  writeDurably(join(folder, `${first}.json`), canonicalBytes(anchor));
}

/** What this kit has seen of the examination, or undefined: another kit began it, or nothing readable was noted. */
export function readAnchor(stateDir: string, first: string): JournalAnchor | undefined {
  const path = join(stateDir, "exhibits", `${first}.json`);
  if (!existsSync(path)) return undefined;
  const value = boundedJson(readFileSync(path), 4096) as Partial<JournalAnchor> | undefined | null;
  const { n, hash } = value ?? {};
  return typeof n === "number" && typeof hash === "string" ? { n, hash } : undefined;
}
