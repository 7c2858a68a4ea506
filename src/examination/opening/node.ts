// opening on Node: opens media, and the commands list, extract and verify.

export { chainText, entryChain, treeChain } from "./entry-place.ts";
export { extract } from "./extract.command.ts";
export { fileBytes } from "./file-bytes.node.ts";
export { list } from "./list.command.ts";
export type { Medium, MediumTree, MediumVolume } from "./medium.ts";
export { openImageAt } from "./open-image-at.node.ts";
export { mediumOf, openMedium } from "./open-medium.node.ts";
export { digestSource } from "./read-through.node.ts";
export { verify } from "./verify.command.ts";
export type { MediaVerification } from "./verify-media.node.ts";
export { verifyMedia } from "./verify-media.node.ts";
export { lostRanges, walkMedium } from "./walk-medium.ts";
