// likeness, on Node: takes fingerprints of picture files in children that are shut in.
export { likenessCompare } from "./compare.command.ts";
export type { Fingerprints, FingerprintWay, PictureFingerprint } from "./fingerprints.node.ts";
export { openFingerprints } from "./fingerprints.node.ts";
export { likenessHash } from "./hash.command.ts";
export { openPdqKernel } from "./pdq-kernel.node.ts";
