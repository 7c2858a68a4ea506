import { type BigIntStats, type Dirent, lstatSync, readdirSync } from "node:fs";
import type { InputTrouble } from "./build-trouble.ts";
import { filtersFault } from "./faults.ts";

/** One thing below an input; names are bytes, whatever they mean. */
export interface InputEntry {
  /** Path as the system's bytes. */
  path: Buffer;
  sizeBytes: number;
  /** Present where it is not a readable regular file. */
  trouble?: InputTrouble;
}

const SLASH = Buffer.from("/");

/**
 * Everything below the given files and folders, depth first, each folder's names in the order of their bytes. Links are not followed.
 *
 * @param leaveOut Files and folders of the builder itself, as stat() names them ("dev:ino").
 * @throws {Fault} filter/input-missing when a given path does not exist.
 */
export function* walkInputs(roots: readonly string[], leaveOut: ReadonlySet<string>): Generator<InputEntry> {
  for (const root of roots) {
    const path = Buffer.from(root);
    const stat = lstat(path);
    if (stat === undefined) {
      throw filtersFault("filter/input-missing", `There is no ${root}`, { values: { path: root } });
    }
    yield* walk(path, stat, { leaveOut, above: new Set() });
  }
}

/** What names a file on its machine. */
export function fileId(stat: { dev: bigint; ino: bigint }): string {
  return `${stat.dev}:${stat.ino}`;
}

interface Surroundings {
  leaveOut: ReadonlySet<string>;
  above: ReadonlySet<string>;
}

function* walk(path: Buffer, stat: BigIntStats, { leaveOut, above }: Surroundings): Generator<InputEntry> {
  const id = fileId(stat);
  if (leaveOut.has(id)) return;
  if (stat.isFile()) {
    yield { path, sizeBytes: Number(stat.size) };
    return;
  }
  if (!stat.isDirectory()) {
    yield { path, sizeBytes: 0, trouble: stat.isSymbolicLink() ? "link" : "not-regular" };
    return;
  }
  if (above.has(id)) {
    yield { path, sizeBytes: 0, trouble: "loop" };
    return;
  }
  const entries = list(path);
  if (entries === undefined) yield { path, sizeBytes: 0, trouble: "unreadable" };
  for (const { name } of entries ?? []) {
    const child = Buffer.concat([path, SLASH, name]);
    const found = lstat(child);
    if (found === undefined) yield { path: child, sizeBytes: 0, trouble: "unreadable" };
    else yield* walk(child, found, { leaveOut, above: new Set(above).add(id) });
  }
}

function lstat(path: Buffer): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

function list(path: Buffer): Dirent<Buffer>[] | undefined {
  try {
    const entries = readdirSync(path, { withFileTypes: true, encoding: "buffer" });
    return entries.sort((a, b) => Buffer.compare(a.name, b.name));
  } catch {
    return undefined;
  }
}
