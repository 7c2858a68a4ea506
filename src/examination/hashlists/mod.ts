// hashlists: foreign lists of whole-file digests: which formats there are, what an entry is, what an import is answered. Reading,
// the sealed store and the import command stand behind the node door. Never looks at a file that is listed, never lists one itself.
export { hashlistsAnswers } from "./faults.ts";
export type { ListAlgorithm } from "./list-record.ts";
export { LIST_ALGORITHMS } from "./list-record.ts";
export type { StoreHeader } from "./store-header.ts";
export { sayHashlists } from "./words.ts";
