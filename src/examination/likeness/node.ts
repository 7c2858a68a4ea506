// likeness, on Node: takes fingerprints of picture files in children that are shut in.
export type { ListRead } from "./collect-lists.node.ts";
export { collectLists } from "./collect-lists.node.ts";
export { likenessCompare } from "./compare.command.ts";
export { appendWord, provenWords, signWord } from "./entry-words.node.ts";
export type { FileFingerprint } from "./file-fingerprint.node.ts";
export { fileFaultText, fingerprintFile, inOrder } from "./file-fingerprint.node.ts";
export { openFingerprints } from "./fingerprints.node.ts";
export type { GivenFile } from "./given-fingerprint.node.ts";
export { COMPARED_HEAD_BYTES, comparedKind, fingerprintGiven } from "./given-fingerprint.node.ts";
export { likenessHash } from "./hash.command.ts";
export { buildNearestIndex, readIndexedSet } from "./nearest-index.node.ts";
export { readSnapshot, snapshotPieces } from "./nearest-snapshot.node.ts";
export { openPdqKernel } from "./pdq-kernel.node.ts";
export { videoHashes } from "./video-hashes.node.ts";
