import type { FileEntry } from "#examination/filesystems";
import type { LogicalEntry } from "#examination/images";
import type { MediumTree } from "./medium.ts";

/** A logical image's files as a tree: their bytes stand nowhere on a disk. */
export function logicalTree(entries: () => Iterable<LogicalEntry>): MediumTree {
  return {
    kind: "files",
    label: null,
    blockBytes: 0,
    sizeBytes: 0,
    problems: [],
    *entries() {
      let id = 0;
      for (const entry of entries()) yield logicalEntry(entry, ++id);
    },
  };
}

function logicalEntry(entry: LogicalEntry, id: number): FileEntry {
  const { path, kind, deleted, times, hashes, read } = entry;
  const sizeBytes = Math.min(entry.sizeBytes, Number.MAX_SAFE_INTEGER); // beyond it a size is a lie of unknown length
  const extents = sizeBytes > 0 ? [{ startByte: null, lengthBytes: sizeBytes }] : [];
  return {
    path,
    id,
    kind,
    state: deleted ? "deleted" : "allocated",
    certainty: "proven",
    times,
    ...(hashes.length > 0 ? { stored: hashes } : {}),
    streams: kind === "directory" ? [] : [{ name: null, sizeBytes, read, extents }],
  };
}
