import type { FileEntry, FileStream } from "#examination/filesystems";
import { probeOffsets } from "#examination/filters";
import { type Medium, type MediumVolume, treesOf, type WalkGuard } from "#examination/opening/node";
import { hasMediaName } from "./media-names.ts";
import { GUIDED_RUN_BYTES } from "./thresholds.ts";

/** Below this a file has fewer than three blocks. */
const FILE_LEAST_BYTES = 12 * 1024;

/** Bytes of the medium, multiples of 512, ascending: of files that are there, and of deleted ones, which are read behind them. */
export interface GuidedPlaces {
  present: number[];
  deleted: number[];
}

/**
 * Places of a medium at which its media files would be probed: three a file.
 *
 * @param most No more places than this; what is there comes before what is deleted.
 */
export function guidedPlaces(medium: Medium, { most, guard }: { most: number; guard: WalkGuard }): GuidedPlaces {
  const present: number[] = [];
  const deleted: number[] = [];
  for (const { entry, volume } of guard.walk(treesOf(medium), { deleted: true, orphans: false })) {
    const places = entry.state === "allocated" ? present : deleted;
    if (places.length < most) places.push(...entryPlaces(entry, volume));
    if (present.length >= most) return { present: ascending(present.slice(0, most)), deleted: [] };
  }
  return { present: ascending(present), deleted: ascending(deleted.slice(0, most - present.length)) };
}

function ascending(places: number[]): number[] {
  return [...new Set(places)].sort((a, b) => a - b);
}

function entryPlaces({ kind, path, renamed, certainty, streams }: FileEntry, volume: MediumVolume): number[] {
  if (kind !== "file" || renamed === true || certainty === "name-only" || !hasMediaName(path.at(-1))) return [];
  const main = streams.find((stream) => stream.name === null);
  if (main === undefined || main.sizeBytes < FILE_LEAST_BYTES) return [];
  return probeOffsets(main.sizeBytes).flatMap((offset) => {
    // The run is laid around the block: the block itself is the probe, its neighbours make it certain.
    const inVolume = volumeByte(main, offset);
    const at = inVolume === null ? null : mediumByte(volume, inVolume);
    return at === null ? [] : [Math.max(0, at - (at % 512) - GUIDED_RUN_BYTES / 4)];
  });
}

function volumeByte({ extents }: FileStream, offset: number): number | null {
  let before = 0;
  for (const { startByte, lengthBytes, lost } of extents) {
    if (offset < before + lengthBytes) return startByte === null || lost === true ? null : startByte + offset - before;
    before += lengthBytes;
  }
  return null;
}

function mediumByte({ extents }: MediumVolume, volumeOffset: number): number | null {
  let before = 0;
  for (const { startByte, lengthBytes } of extents) {
    if (volumeOffset < before + lengthBytes) return startByte + volumeOffset - before;
    before += lengthBytes;
  }
  return null;
}
