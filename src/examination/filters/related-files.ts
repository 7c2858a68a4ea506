/** Files with so many consecutive blocks in common are related. */
const RELATED_RUN = 16;
/** … or with one in so many blocks of the smaller in common. */
const RELATED_SHARE = 4;
/** Words of a pair's record: the lesser file, the greater, place in the greater minus place in the lesser, place in the lesser. */
export const PAIR_WORDS = 4;
/** Columns to sort pair records by, the least significant first. */
export const PAIR_COLUMNS = [3, 2, 1, 0];
/** Of three unrelated files a block is dropped. */
const UNRELATED_FILES = 3;
/** Files examined for that at most, besides the leaders. */
const CANDIDATES = 24;

/**
 * Finds the related pairs among pair records, one for each content that two files have in common.
 *
 * Related means one came from the other: cut, prolonged, with another header, or stored in an archive, as far as the blocks still
 * stand at the same phase; a copy moved by other than a multiple of 4,096 bytes shares no block and does not matter here.
 *
 * @param records PAIR_WORDS u32 each, and their order by PAIR_COLUMNS.
 * @param blocksOf Different blocks of a file.
 * @param emit Called for each related pair, the lesser file first.
 */
export function relatedPairs(
  { records, order }: { records: Uint32Array; order: Uint32Array },
  blocksOf: (file: number) => number,
  emit: (a: number, b: number) => void,
): void {
  let common = 0;
  let run = 0;
  let longest = 0;
  const word = (i: number, column: number): number => records[(order[i] ?? 0) * PAIR_WORDS + column] ?? 0;
  for (let i = 0; i < order.length; i++) {
    const [a, b] = [word(i, 0), word(i, 1)];
    common++;
    const follows = run > 0 && word(i, 2) === word(i - 1, 2) && word(i, 3) === word(i - 1, 3) + 1;
    run = follows ? run + 1 : 1;
    longest = Math.max(longest, run);
    if (i + 1 < order.length && word(i + 1, 0) === a && word(i + 1, 1) === b) continue;
    if (longest >= RELATED_RUN || common * RELATED_SHARE >= Math.min(blocksOf(a), blocksOf(b))) emit(a, b);
    common = run = longest = 0;
  }
}

/** What is known about which files are related. */
export interface Relations {
  /** Whether the block that stands in these files (pairUp()'s order) stands in three mutually unrelated ones. */
  standsInUnrelated(ranked: readonly number[]): boolean;
}

/**
 * Gathers relations.
 *
 * @param pairs Sorted ascending: lesser file × 2^26 + greater file.
 * @param passedOver Files that were not compared with every file they share a block with (pairUp() of more than 12): for them
 *   also counts who is related over others.
 */
export function relationsOf(pairs: Float64Array, passedOver: Uint8Array): Relations {
  const family = families(pairs, passedOver.length);
  const unrelated = (a: number, b: number): boolean => {
    if (isRelated(pairs, a, b)) return false;
    if (family[a] !== family[b]) return true;
    return passedOver[a] === 0 && passedOver[b] === 0;
  };
  return {
    standsInUnrelated: (ranked) => {
      if (ranked.length < UNRELATED_FILES) return false;
      const files = candidates(ranked, family);
      for (let i = 0; i < files.length; i++) {
        const others = files.slice(i + 1).filter((file) => unrelated(files[i] ?? 0, file));
        if (others.some((a, j) => others.slice(j + 1).some((b) => unrelated(a, b)))) return true;
      }
      return false;
    },
  };
}

/** Numbers of a pair in one float: exact up to 2^26 files. */
export const PAIR_RADIX = 2 ** 26;

function isRelated(pairs: Float64Array, a: number, b: number): boolean {
  const wanted = Math.min(a, b) * PAIR_RADIX + Math.max(a, b);
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pairs[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return pairs[low] === wanted;
}

/** The leaders, and of the other files the first of each family that is not among them. */
function candidates(ranked: readonly number[], family: Uint32Array): readonly number[] {
  if (ranked.length <= CANDIDATES / 2) return ranked;
  const files = ranked.slice(0, CANDIDATES / 2);
  const seen = new Set(files.map((file) => family[file]));
  for (const file of ranked.slice(CANDIDATES / 2)) {
    if (files.length === CANDIDATES) break;
    if (!seen.has(family[file])) files.push(file);
    seen.add(family[file]);
  }
  return files;
}

/** For each file the least file it is related to, directly or over others. */
function families(pairs: Float64Array, files: number): Uint32Array {
  const parent = Uint32Array.from({ length: files }, (_, file) => file);
  const head = (file: number): number => {
    let at = file;
    while ((parent[at] ?? 0) !== at) {
      parent[at] = parent[parent[at] ?? 0] ?? 0;
      at = parent[at] ?? 0;
    }
    return at;
  };
  for (const pair of pairs) {
    const a = head(Math.floor(pair / PAIR_RADIX));
    const b = head(pair % PAIR_RADIX);
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  return parent.map((_, file) => head(file));
}
