/** How the cells of one shard are cut: keys fall into three neighbouring segments. */
export interface ShardShape {
  /** Cells of a segment: a power of two, 4 to 2^18. */
  length: number;
  /** Cells in which a key's first position can lie: segments × length. */
  span: number;
  /** All cells: span + 2 × length. */
  cells: number;
}

/** Most fingerprints a shard holds on average. */
const SHARD_KEYS = 2 ** 24;
/** Most bytes of scanned cells: what one shared memory holds besides the work of the threads. */
export const MAX_SCAN_BYTES = 3 * 2 ** 30;
/** Bytes of one cell in both planes: u32 scanned, u16 read to confirm. */
export const SCAN_CELL_BYTES = 4;
export const CHECK_CELL_BYTES = 2;

/**
 * The shape of a shard of so many keys.
 *
 * @see Graf and Lemire, Binary Fuse Filters, JEA 27 (2022), §4: sizes found by experiment for three segments.
 */
export function shapeFor(keys: number): ShardShape {
  const n = Math.max(keys, 2);
  const length = Math.min(2 ** 18, 2 ** Math.floor(Math.log(n) / Math.log(3.33) + 2.25));
  const factor = Math.max(1.125, 0.875 + (0.25 * Math.log(1_000_000)) / Math.log(n));
  const span = Math.max(1, Math.ceil(Math.round(n * factor) / length) - 2) * length;
  return { length, span, cells: span + 2 * length };
}

/** Shards a set of so many fingerprints is cut into by their top bits: the smallest power of two with at most 2^24 on average. */
export function shardCountFor(keys: number): number {
  let shards = 1;
  while (keys / shards > SHARD_KEYS) shards *= 2;
  return shards;
}

/** Bytes of the scanned plane of a set of so many fingerprints in equal shards. */
export function scanBytesFor(keys: number): number {
  const shards = shardCountFor(keys);
  return shards * shapeFor(Math.ceil(keys / shards)).cells * SCAN_CELL_BYTES;
}

/** The largest number of fingerprints, in whole millions, whose scanned plane fits MAX_SCAN_BYTES. */
export function largestSet(): number {
  let millions = Math.floor(MAX_SCAN_BYTES / SCAN_CELL_BYTES / 1.125 / 1_000_000);
  while (scanBytesFor(millions * 1_000_000) > MAX_SCAN_BYTES) millions--;
  return millions * 1_000_000;
}
