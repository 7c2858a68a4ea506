// fiwalk of The Sleuth Kit, where it is installed: lists a medium beside Phum and beside the list that is kept as truth.
import { spawnSync } from "node:child_process";
import { compareNames } from "./conformance-compare.ts";
import { type ListedName, namesOf } from "./conformance-truth.ts";

const TOOL = "fiwalk";
const TIME_LIMIT_MS = 120_000;

/** Version of the installed fiwalk; null where there is none. */
export function installedFiwalk(): string | null {
  const { error, stdout, stderr } = spawnSync(TOOL, ["-V"], { encoding: "utf8" });
  return error === undefined ? (/\d+(\.\d+)+/.exec(`${stdout}${stderr}`)?.[0] ?? "unknown") : null;
}

/** What fiwalk lists here and now; null where it reads nothing of the medium. */
export function fiwalkNames(path: string): ListedName[] | null {
  const { stdout } = spawnSync(TOOL, ["-x", path], { encoding: "utf8", maxBuffer: 2 ** 29, timeout: TIME_LIMIT_MS });
  const names = namesOf(stdout ?? "");
  return names.length === 0 ? null : names;
}

/** How a fresh list stands beside the kept one. */
export function besideKept(fresh: readonly ListedName[] | null, kept: readonly ListedName[] | null): string {
  if (fresh === null) return "reads nothing";
  if (kept === null) return `${fresh.length} names`;
  const { differences } = compareNames(fresh, kept);
  return differences.length === 0 ? "as kept" : `${differences.length} other than kept`;
}
