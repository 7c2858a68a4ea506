/** Entries of one bucket of the index, on average. */
const BUCKET_ENTRIES = 8;
const INDEX_BITS_MOST = 28;
/** Tags that findEach() takes at once. */
const AT_ONCE = 1024;

/** Sorted entries in memory: u64, 56 bits of a tag and a group, little-endian. */
export interface ListTable {
  readonly entries: number;
  /**
   * Tells the group of every entry that has one of these tags: pairs of words as TagBatch makes them. Many at once are asked faster
   * than one by one: the processor fetches for several while it waits for one.
   */
  findEach(tags: Uint32Array, count: number, take: (index: number, group: number) => void): void;
}

/**
 * Makes a table of entries, ascending. Tags are evenly spread, so an index over their first bits leads to within a few entries.
 *
 * @throws {RangeError} Where the entries do not ascend.
 */
export function listTable(bytes: Uint8Array<ArrayBuffer>): ListTable {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
  const entries = words.length / 2;
  const bits = Math.min(INDEX_BITS_MOST, Math.max(0, Math.ceil(Math.log2(Math.max(1, entries) / BUCKET_ENTRIES))));
  const starts = indexOf(words, bits);
  const ranges = new Uint32Array(2 * AT_ONCE + 1);
  const bucketOf = (high: number): number => (bits === 0 ? 0 : high >>> (32 - bits));
  return {
    entries,
    findEach(tags, count, take) {
      for (let from = 0; from < count; from += AT_ONCE) {
        const end = Math.min(count, from + AT_ONCE);
        for (let i = from; i < end; i++) {
          const bucket = bucketOf(tags[2 * i] as number);
          ranges[2 * (i - from)] = starts[bucket] as number;
          ranges[2 * (i - from) + 1] = starts[bucket + 1] as number;
        }
        // Kept, so that no compiler leaves the reads out.
        ranges[2 * AT_ONCE] = touchedIn(words, ranges, 2 * (end - from));
        for (let i = from; i < end; i++) {
          const high = tags[2 * i] as number;
          const last = ranges[2 * (i - from) + 1] as number;
          for (let at = ranges[2 * (i - from)] as number; at < last; at++) {
            if (words[2 * at + 1] !== high) continue;
            const word = words[2 * at] as number;
            if (word >>> 8 === (tags[2 * i + 1] as number) >>> 8) take(i, word & 0xff);
          }
        }
      }
    },
  };
}

/** Reads the first entry of each bucket: without a branch to wait for, many of these reads are under way at once. */
function touchedIn(words: Uint32Array, ranges: Uint32Array, count: number): number {
  let all = 0;
  for (let i = 0; i < count; i++) all ^= words[2 * (ranges[i] as number)] as number;
  return all;
}

function indexOf(words: Uint32Array, bits: number): Uint32Array {
  const starts = new Uint32Array(2 ** bits + 1);
  const shift = 32 - bits;
  let [lastHigh, lastLow, bucket] = [0, 0, 0];
  for (let i = 0; i < words.length; i += 2) {
    const [low, high] = [words[i] ?? 0, words[i + 1] ?? 0];
    if (i > 0 && (high < lastHigh || (high === lastHigh && low <= lastLow))) {
      throw new RangeError(`Cannot use a table of entries: they ascend, current entry is ${i / 2}`);
    }
    [lastHigh, lastLow] = [high, low];
    const own = bits === 0 ? 0 : high >>> shift;
    while (bucket < own) starts[++bucket] = i / 2;
  }
  while (bucket < 2 ** bits) starts[++bucket] = words.length / 2;
  return starts;
}
