// opening on Node: opens media, and the commands list, extract and verify.

export { carve } from "./carve.command.ts";
export type { ChildVoice } from "./child-says.node.ts";
export { chainText, entryChain, treeChain } from "./entry-place.ts";
export type { EvidenceMedium } from "./evidence-medium.node.ts";
export { evidenceFileOf, evidenceMedium, evidenceOf } from "./evidence-medium.node.ts";
export { extract } from "./extract.command.ts";
export { fileBytes } from "./file-bytes.node.ts";
export type { GuardedRequest, GuardedWork } from "./guarded-child.node.ts";
export { guardedChild } from "./guarded-child.node.ts";
export type { ChildLimits, ChildMessage } from "./limited-child.node.ts";
export { list } from "./list.command.ts";
export type { HandedFile, InnerPlace, InnerTaker, InsideWork } from "./look-inside.node.ts";
export { lookInsideFiles, lookInsideMedium } from "./look-inside.node.ts";
export type { Medium, MediumTree, MediumVolume } from "./medium.ts";
export { openImageAt } from "./open-image-at.node.ts";
export { mediumOf, openMedium } from "./open-medium.node.ts";
export { digestSource } from "./read-through.node.ts";
export { runReader } from "./run-reader.node.ts";
export { verify } from "./verify.command.ts";
export type { MediaVerification } from "./verify-media.node.ts";
export { verifyMedia } from "./verify-media.node.ts";
export type { GuardedEntry, PlantedFault, WalkGuard } from "./walk-guard.node.ts";
export { lostRanges, treesOf, walkMedium } from "./walk-medium.ts";
export type { Death, LostObject, WalkPosition } from "./walk-state.ts";
