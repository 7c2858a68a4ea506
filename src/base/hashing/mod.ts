// hashing: keyed 64-bit fingerprints of 4 KiB blocks beginning at any sector: their geometry, what a kernel does, and the
// readable reference. Never says what a block holds, never compares. WASM and key derivation stand behind the node door.
export type { FingerprintKeys } from "./fingerprint.ts";
export { blockHash, fingerprintOf, HASH_BYTES, isBlankSector, sectorHash } from "./fingerprint.ts";
export { BLOCK_BYTES, OVERLAP_BYTES, PHASES, SECTOR_BYTES } from "./geometry.ts";
export { type ResumableDigest, resumableDigest } from "./resumable-digest.ts";
