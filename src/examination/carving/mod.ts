// carving: pictures and films by their structure alone, in bytes that no directory names: free space, slack, what is unknown. Takes a
// source and ranges of it; gives candidates with the places of their pieces. Never believes a name, never decodes (node.ts does).
export type { Candidate, CarvedFormat, CarvedHow, HoldingFormat } from "./candidate.ts";
export { isHolder, isUndecoded } from "./candidate.ts";
export type { CarveCount, CarveStep, CarveWishes } from "./carve.ts";
export { carve } from "./carve.ts";
export { isUnknownKind } from "./file-head.ts";
export type { ByteRange, JoinedRanges } from "./joined-ranges.ts";
export { joinRanges } from "./joined-ranges.ts";
