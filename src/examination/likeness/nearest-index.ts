/** One entry near a fingerprint. */
export interface Near {
  /** Position in the index. */
  entry: number;
  distanceBits: number;
}

/** What a search gives: at most so many as were asked for, nearest first, and how many there are. */
export interface NearFound {
  near: Near[];
  total: number;
}

/** Fingerprints of 256 bits that can be asked which of them are near another. */
export interface NearestIndex {
  readonly count: number;
  readonly memoryBytes: number;
  /**
   * All entries within a distance; none is missed.
   *
   * @param hash 32 bytes.
   * @param most Of entries to be told; default 1,000.
   */
  search(hash: Uint8Array, distanceBits: number, most?: number): NearFound;
  /** The same by looking at every entry, for several hashes at once (32 bytes each). */
  scan(hashes: Uint8Array, distanceBits: number, most?: number): NearFound[];
  /** An entry's 32 bytes. */
  hashAt(entry: number): Uint8Array;
}

/** Nearest first, then by position. */
export function nearestFirst(a: Near, b: Near): number {
  return a.distanceBits - b.distanceBits || a.entry - b.entry;
}
