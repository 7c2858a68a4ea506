// filters: contraband filters: what one says of itself, the set of fingerprints and its false hits. Reading, writing, signing
// and opening a filter file stand behind the node door. Never holds an original, never lists what it knows.
export { filtersAnswers } from "./faults.ts";
export type { FilterDraft, ListedFile } from "./filter-draft.ts";
export type { BundleHeader, DigestAlgorithm, FilterAbout, FilterHeader } from "./filter-header.ts";
export { DIGEST_ALGORITHMS } from "./filter-header.ts";
export { distinctFingerprints } from "./fuse-distinct.ts";
export { falseHitsPerTib } from "./fuse-false-hits.ts";
export type { ShardShape } from "./fuse-shape.ts";
export { shapeFor, shardCountFor } from "./fuse-shape.ts";
export { probeOffsets } from "./probe-places.ts";
export { sayFilters } from "./words.ts";
