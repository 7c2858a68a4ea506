// opening: an image or device as a tree: medium > volumes > file systems > entries, with places as chains of parents. Takes
// a path; gives the tree, its list, copies of its files with their digests, and whether an image is what was acquired.
// Never writes to a source, never runs what it finds, never leaves the folder it was told to write to.
export { isHoldingName } from "#examination/containers";
export { openingAnswers } from "./faults.ts";
export { sayOpening } from "./words.ts";
