/** Bytes of the keys in a kernel's memory: sector key (544), then block key (160). */
export const KEYS_BYTES = 704;
/** Bytes of a release's key in a kernel's memory. */
export const SIP_BYTES = 16;

/** Block starts to look at: 0, step, 2 × step … below count. Step 1 is all phases, 8 one phase. */
export interface BlockStarts {
  /** At most the number of hashed sectors less 7. */
  count: number;
  step: number;
}

/**
 * Fingerprints over one WASM memory. All addresses are byte positions in that memory, multiples of 16; the first 64 KiB
 * are left alone. Several kernels and threads may share a memory as long as their outputs do not overlap.
 */
export interface HashKernel {
  /** Hashes `count` sectors from dataAt: 16 bytes each to `hashes`, one byte each to `flags` (1 = blank). */
  sectors(dataAt: number, count: number, at: { keys: number; hashes: number; flags: number }): void;
  /**
   * Fingerprints (u64) of the blocks beginning at the given starts, and those starts (u32), blocks of eight blank sectors
   * left out. `at.fingerprints` needs 8 bytes a start, `at.starts` 4.
   *
   * @param hashesAt What `sectors` wrote; `at.flags` as well.
   * @returns How many were written.
   */
  fingerprints(
    hashesAt: number,
    starts: BlockStarts,
    at: { keys: number; flags: number; sip: number; fingerprints: number; starts: number },
  ): number;
  /** As `fingerprints`, but stops at the 16-byte block hashes, for several releases over one set key. */
  blockHashes(
    hashesAt: number,
    starts: BlockStarts,
    at: { keys: number; flags: number; blockHashes: number; starts: number },
  ): number;
  /** Fingerprints (u64) of `count` block hashes under one release's key. */
  sip(blockHashesAt: number, count: number, at: { sip: number; fingerprints: number }): void;
  /** Adds the byte counts of `length` bytes from dataAt to 256 u32 at histogramAt. */
  histogram(dataAt: number, length: number, histogramAt: number): void;
}
