// filesystems: file systems in a volume. Takes the volume's bytes; gives entries (present, deleted, orphans) with their
// streams and how sure they are, and what is unallocated. Never writes, never presents re-used clusters as the deleted
// file, never throws for foreign bytes (problems are findings), never holds a whole listing.

export type { FileEntry, FileStream } from "./file-entry.ts";
export type { EntryWishes } from "./file-system.ts";
export { sampleNtfs } from "./ntfs-sample.ts";
export { openFileSystems } from "./open-file-systems.ts";
export type { Problem } from "./problem.ts";
export { sayFileSystems } from "./words.ts";
