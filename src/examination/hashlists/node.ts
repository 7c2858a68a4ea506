// hashlists, on Node: reads foreign lists into the lab's sealed store, and gives their records back to who builds a release.
export { filterImport } from "./import.command.ts";
export { importList } from "./import-list.node.ts";
export type { ListRole } from "./list-format.node.ts";
export { type HashList, openHashList } from "./store-read.node.ts";
export type { StoredRecord } from "./stored-record.node.ts";
