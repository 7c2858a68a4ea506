// carving on Node: the fast finder, and the check of candidates by decoding them in children that are shut in.
export type { CarveJudge, CarveVerdict } from "./carve-judge.node.ts";
export { openCarveJudge } from "./carve-judge.node.ts";
export type { CarvedFile, CarvedFilesWishes, CarveProgress } from "./carved-files.node.ts";
export { carvedFiles } from "./carved-files.node.ts";
export { aviSample, filmSample } from "./film-sample.ts";
export { openHeaderFinder } from "./header-finder.node.ts";
export { openInflater } from "./open-inflater.node.ts";
