// likeness, on Node: takes fingerprints of picture files in children that are shut in.
export { likenessCompare } from "./compare.command.ts";
export { likenessHash } from "./hash.command.ts";
export { buildNearestIndex } from "./nearest-index.node.ts";
export { readSnapshot, snapshotPieces } from "./nearest-snapshot.node.ts";
export { openPdqKernel } from "./pdq-kernel.node.ts";
