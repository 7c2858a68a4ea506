// filters, on Node: writes, verifies, unlocks and opens filter files; looks fingerprints up in shared memory.
// Takes paths, keys and a clock's reading from its caller; never finds an identity or a filter by itself.
export { filterBuild } from "./build-filter.command.ts";
export { buildFilter } from "./build-filter.node.ts";
export { writeBundle } from "./filter-file-bundle.node.ts";
export { writeFilter } from "./filter-file-write.node.ts";
export type { OpenFilter } from "./filter-open.node.ts";
export { openFilter } from "./filter-open.node.ts";
export type { OpenPart } from "./filter-open-part.node.ts";
export type { FilterUnlock } from "./filter-open-unlock.node.ts";
export { unlockFilter } from "./filter-open-unlock.node.ts";
export type { VerifiedFilter } from "./filter-verify.node.ts";
export { verifyFilter } from "./filter-verify.node.ts";
export { openLookup } from "./fuse-kernel.node.ts";
export type { Lookup } from "./fuse-lookup.ts";
export { likenessWord } from "./likeness-word.command.ts";
export type { OpenLists } from "./list-lookup.node.ts";
export { filterMerge } from "./merge-filter.command.ts";
export { filterRekey } from "./rekey-filter.command.ts";
export { filterSeal } from "./seal-filter.command.ts";
export { filterShow, filterVerify } from "./show-filter.command.ts";
