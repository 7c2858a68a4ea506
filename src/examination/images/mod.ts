// images: files that hold a disk (or a tree of files) in a format of their own. Takes the file and its folder, gives the
// disk's bytes as one source, what the acquisition wrote beside them, and problems; or refuses by name. Never takes a
// missing segment or parent for zeros, never opens anything outside the folder, never holds a whole image in memory.
export type {
  LogicalEntry,
  OpenImage,
  Refusal,
  Siblings,
} from "./image.ts";
export { isRefusal } from "./image.ts";
export { formatText, problemText, refusalText } from "./image-text.ts";
