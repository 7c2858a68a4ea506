// Lays two lists of names of one medium side by side.
import type { ListedName } from "./conformance-truth.ts";

/** One difference, in words that do not depend on the run. */
export interface Difference {
  what: "missing" | "extra" | "state" | "content" | "size";
  path: string;
  ours: ListedName | null;
  theirs: ListedName | null;
}

/** How many names are alike, and each difference. */
export interface Comparison {
  allocated: { alike: number; theirs: number };
  deleted: { alike: number; theirs: number };
  /** Files of both lists whose bytes are the same, and files compared. */
  contents: { alike: number; compared: number };
  differences: Difference[];
}

/** Names are matched by volume and path: the same state first, then the same bytes, then in order. */
export function compareNames(ours: readonly ListedName[], theirs: readonly ListedName[]): Comparison {
  const left = new Map<string, ListedName[]>();
  for (const name of ours) left.set(key(name), [...(left.get(key(name)) ?? []), name]);
  const result: Comparison = {
    allocated: { alike: 0, theirs: 0 },
    deleted: { alike: 0, theirs: 0 },
    contents: { alike: 0, compared: 0 },
    differences: [],
  };
  for (const their of theirs) {
    const count = their.allocated ? result.allocated : result.deleted;
    count.theirs++;
    const same = left.get(key(their)) ?? [];
    const our = best(same, their);
    if (our === undefined) {
      result.differences.push({ what: "missing", path: their.path, ours: null, theirs: their });
      continue;
    }
    same.splice(same.indexOf(our), 1);
    if (our.allocated === their.allocated) count.alike++;
    else result.differences.push({ what: "state", path: their.path, ours: our, theirs: their });
    compareContent(our, their, result);
  }
  for (const our of [...left.values()].flat()) {
    result.differences.push({ what: "extra", path: our.path, ours: our, theirs: null });
  }
  return result;
}

/** Labels are written padded to 8 + 3 characters by some and as one word by others. */
function key({ volumeByte, path, kind }: ListedName): string {
  const plain = kind === "-" ? path.replace(/[ .](?=[^/]*$)/g, "") : path;
  return `${volumeByte} ${plain.toLowerCase()}`;
}

function best(candidates: readonly ListedName[], wanted: ListedName): ListedName | undefined {
  const state = candidates.filter(({ allocated }) => allocated === wanted.allocated);
  const pool = state.length > 0 ? state : candidates;
  return pool.find(({ md5 }) => md5 === wanted.md5) ?? pool[0];
}

function compareContent(our: ListedName, their: ListedName, result: Comparison): void {
  // Directories' tables are told with other lengths by different tools; files are what counts.
  if (their.kind === "d" || our.kind === "d" || their.md5 === null || our.md5 === null) return;
  result.contents.compared++;
  if (our.md5 === their.md5) result.contents.alike++;
  else
    result.differences.push({
      what: our.sizeBytes === their.sizeBytes ? "content" : "size",
      path: their.path,
      ours: our,
      theirs: their,
    });
}
