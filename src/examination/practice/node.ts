// practice on Node: makes the set in a folder once and takes it again later; the command. Touches only its own files there.
export { practice } from "./practice.command.ts";
export { practiceFiles } from "./practice-folder.node.ts";
export { makePractice } from "./practice-set.node.ts";
