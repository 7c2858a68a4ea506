import { type ByteSource, slice } from "#examination/sources";
import type { ListedVolume } from "./listed-volume.ts";
import type { Volume } from "./volume.ts";
import type { NoteVolumeProblem } from "./volume-problem.ts";

/** Volumes in the order of their starts, cut to the source, with the gaps between them; index counts both. */
export function withGaps(source: ByteSource, listed: ListedVolume[], note: NoteVolumeProblem): Volume[] {
  const volumes: Volume[] = [];
  let covered = 0;
  const add = (volume: ListedVolume, unallocated: boolean): void => {
    const sizeBytes = Math.max(0, Math.min(volume.sizeBytes, source.sizeBytes - volume.startByte));
    const { startByte, kind, type, name } = volume;
    const read = slice(source, startByte, sizeBytes);
    const extents = sizeBytes > 0 ? [{ startByte, lengthBytes: sizeBytes }] : [];
    volumes.push({ index: volumes.length, startByte, sizeBytes, kind, type, name, unallocated, extents, read });
  };
  const addGap = (endByte: number): void => {
    const sizeBytes = endByte - covered;
    if (sizeBytes > 0) add({ startByte: covered, sizeBytes, kind: "unallocated", type: "", name: null }, true);
  };
  for (const volume of listed.toSorted((a, b) => a.startByte - b.startByte || b.sizeBytes - a.sizeBytes)) {
    const endByte = volume.startByte + volume.sizeBytes;
    if (endByte > source.sizeBytes) {
      note("beyond-end", volume.startByte, {
        says: volume.sizeBytes,
        has: Math.max(0, source.sizeBytes - volume.startByte),
      });
    }
    if (volume.startByte < covered) note("overlap", volume.startByte);
    addGap(Math.min(volume.startByte, source.sizeBytes));
    add(volume, false);
    covered = Math.max(covered, Math.min(endByte, source.sizeBytes));
  }
  addGap(source.sizeBytes);
  return volumes;
}
