// filters: contraband filters: what one says of itself, the set of fingerprints and its false hits. Reading, writing, signing
// and opening a filter file stand behind the node door. Never holds an original, never lists what it knows.
export { filtersAnswers } from "./faults.ts";
export type { ListedFile } from "./filter-draft.ts";
export type { DigestAlgorithm } from "./filter-header.ts";
export { DIGEST_ALGORITHMS } from "./filter-header.ts";
export { distinctFingerprints } from "./fuse-distinct.ts";
export { falseHitsPerTib } from "./fuse-false-hits.ts";
export { lookupBytes } from "./fuse-lookup.ts";
export { shapeFor, shardCountFor } from "./fuse-shape.ts";
export { listTable } from "./list-table.ts";
export { ownContent } from "./probative-header.ts";
export { probeOffsets } from "./probe-places.ts";
export { sayFilters } from "./words.ts";
