// practice: a made-up stick with known files whole, renamed, deleted, written over and at odd places, from a seed. Only drawings
// and noise, never anything else. Folders, keys and the practice list stand behind the node door.
export { practiceAnswers } from "./faults.ts";
export { sayPractice } from "./words.ts";
