import type { EntryWishes, FileEntry, FileStream } from "#examination/filesystems";
import type { VolumeExtent } from "#examination/volumes";
import type { Medium, TreePlace } from "./medium.ts";

/** One entry with the place of its tree. */
export interface FoundEntry extends TreePlace {
  entry: FileEntry;
}

/** What of a medium is walked. */
export interface WalkWishes extends EntryWishes {
  /** Also what was deleted, and orphans. */
  deleted: boolean;
}

/** All trees of a medium, in its order. */
export function* treesOf(medium: Medium): Generator<TreePlace> {
  for (const volume of medium.volumes) for (const tree of volume.trees) yield { medium, volume, tree };
}

/** All entries of all trees of a medium, tree by tree; read anew with every call. */
export function* walkMedium(medium: Medium, { deleted, orphans }: WalkWishes): Generator<FoundEntry> {
  for (const volume of medium.volumes) {
    for (const tree of volume.trees) {
      for (const entry of tree.entries({ orphans: deleted && (orphans ?? true) })) {
        if (deleted || entry.state === "allocated") yield { medium, volume, tree, entry };
      }
    }
  }
}

/** Where a byte of a volume stands in the medium; null where the volume does not reach. */
export function mediumByte(extents: readonly VolumeExtent[], volumeByte: number): number | null {
  let before = 0;
  for (const { startByte, lengthBytes } of extents) {
    if (volumeByte < before + lengthBytes) return startByte + volumeByte - before;
    before += lengthBytes;
  }
  return null;
}

/** Ranges of a stream whose bytes are gone: reading them is not tried. */
export function lostRanges({ extents }: FileStream): VolumeExtent[] {
  const lost: VolumeExtent[] = [];
  let at = 0;
  for (const extent of extents) {
    if (extent.lost === true) lost.push({ startByte: at, lengthBytes: extent.lengthBytes });
    at += extent.lengthBytes;
  }
  return lost;
}
