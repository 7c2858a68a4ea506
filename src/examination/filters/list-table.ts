/** Entries of one bucket of the index, on average. */
const BUCKET_ENTRIES = 8;
const INDEX_BITS_MOST = 28;
const NONE: readonly number[] = [];

/** Sorted entries in memory: u64, 56 bits of a tag and a group, little-endian. */
export interface ListTable {
  readonly entries: number;
  /** Groups of the entries with this tag, as listTagger() puts it into two words. */
  find(low: number, high: number): readonly number[];
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
  const bucketOf = (high: number): number => (bits === 0 ? 0 : high >>> (32 - bits));
  return {
    entries,
    find(low, high) {
      const bucket = bucketOf(high);
      let groups: number[] | undefined;
      const end = starts[bucket + 1] ?? 0;
      for (let i = starts[bucket] ?? 0; i < end; i++) {
        if (words[2 * i + 1] !== high) continue;
        const word = words[2 * i] ?? 0;
        if ((word & 0xffffff00) >>> 0 !== low) continue;
        if (groups === undefined) groups = [word & 0xff];
        else groups.push(word & 0xff);
      }
      return groups ?? NONE;
    },
  };
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
