/** Batch membership in a shared memory. */
export interface Lookup {
  /**
   * Looks up fingerprints in the scanned plane of a set.
   *
   * @param fingerprintsAt `count` u64, 8-aligned.
   * @param count Any number.
   * @param setAt Where loadScanPlane put the set.
   * @param hitsAt Room for hitsBytes(count) bytes, 16-aligned; the first `hits` u32 are indexes into the batch, ascending.
   * @returns The number of hits.
   */
  lookup(fingerprintsAt: number, count: number, setAt: number, hitsAt: number): number;
}
