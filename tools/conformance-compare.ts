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

/** Names are matched by volume and path: those of one state first, then the rest; of several, those with the same bytes. */
export function compareNames(ours: readonly ListedName[], theirs: readonly ListedName[]): Comparison {
  const left = new Map<string, ListedName[]>();
  for (const name of ours) left.set(key(name), [...(left.get(key(name)) ?? []), name]);
  const result: Comparison = {
    allocated: { alike: 0, theirs: 0 },
    deleted: { alike: 0, theirs: 0 },
    contents: { alike: 0, compared: 0 },
    differences: [],
  };
  const unmatched: ListedName[] = [];
  for (const their of theirs) {
    const count = their.allocated ? result.allocated : result.deleted;
    count.theirs++;
    const our = taken(left, their, ({ allocated }) => allocated === their.allocated);
    if (our === undefined) unmatched.push(their);
    else {
      count.alike++;
      compareContent(our, their, result);
    }
  }
  for (const their of unmatched) {
    const our = taken(left, their, () => true) ?? null;
    result.differences.push({ what: our === null ? "missing" : "state", path: their.path, ours: our, theirs: their });
    if (our !== null) compareContent(our, their, result);
  }
  for (const our of [...left.values()].flat()) {
    result.differences.push({ what: "extra", path: our.path, ours: our, theirs: null });
  }
  return result;
}

/** Takes the name that fits best out of what is left. */
function taken(
  left: Map<string, ListedName[]>,
  wanted: ListedName,
  fits: (name: ListedName) => boolean,
): ListedName | undefined {
  const names = left.get(key(wanted)) ?? [];
  const pool = names.filter(fits);
  const best = pool.find(({ md5 }) => md5 === wanted.md5) ?? pool[0];
  if (best !== undefined) names.splice(names.indexOf(best), 1);
  return best;
}

/**
 * Labels are written padded to 8 + 3 characters by some and as one word by others; controls in names as "^" or as an
 * escape by some and as they are by others.
 */
function key({ volumeByte, path, kind }: ListedName): string {
  const plain = kind === "label" ? path.replace(/[ .](?=[^/]*$)/g, "") : path;
  const seen = plain.replace(/\\x[0-9A-F]{2}|\p{Cc}|\^(?=\^|HFS)/gu, "");
  return `${volumeByte} ${seen.toLowerCase()}`;
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
