// hashing: block fingerprints (readable reference) and their geometry. WASM and digests stand behind the node door.
export { BLOCK_BYTES, OVERLAP_BYTES, PHASES, SECTOR_BYTES } from "./geometry.ts";
