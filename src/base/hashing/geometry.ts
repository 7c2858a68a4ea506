/** Bytes of a sector: the step at which a listed block may begin. */
export const SECTOR_BYTES = 512;
/** Bytes of a block: what is fingerprinted. */
export const BLOCK_BYTES = 4096;
/** Sector positions at which a block can begin inside a 4 KiB cell. */
export const PHASES = 8;
/** What chunks must share so that no block is lost between them: 7 sectors. */
export const OVERLAP_BYTES = BLOCK_BYTES - SECTOR_BYTES;
