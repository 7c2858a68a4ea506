import type { FileStream } from "#examination/filesystems";
import { slice } from "#examination/sources";
import type { UnreadRange } from "./digests.ts";
import type { FoundEntry } from "./walk-medium.ts";

/**
 * A stream that says it is more than twice its medium is taken up to its last byte that stands on it: what lies beyond is
 * holes or a lie, and would never end. A logical image has no disk to measure it by: its reader bounds its files itself.
 */
export function asFarAsThere(
  { medium, volume }: FoundEntry,
  stream: FileStream,
): { kept: FileStream; beyond: UnreadRange[] } {
  const { sizeBytes } = stream.read;
  const { media, entries } = medium.image;
  if (entries !== undefined || sizeBytes <= 2 * media.sizeBytes) {
    return { kept: stream, beyond: rest(sizeBytes, stream.sizeBytes) };
  }
  let [at, end] = [0, 0];
  for (const { startByte, lengthBytes, lost } of stream.extents) {
    const there = startByte === null || lost === true ? 0 : Math.min(lengthBytes, volume.sizeBytes - startByte);
    if (there > 0) end = Math.min(at + there, sizeBytes);
    at += lengthBytes;
  }
  const kept = { ...stream, read: slice(stream.read, 0, end), extents: cutExtents(stream, end) };
  return { kept, beyond: rest(end, Math.max(sizeBytes, stream.sizeBytes)) };
}

/** What a stream says it has and cannot be had. */
function rest(endByte: number, sizeBytes: number): UnreadRange[] {
  return sizeBytes > endByte ? [{ startByte: endByte, lengthBytes: sizeBytes - endByte }] : [];
}

function cutExtents({ extents }: FileStream, end: number): FileStream["extents"] {
  const kept: FileStream["extents"] = [];
  let at = 0;
  for (const extent of extents) {
    if (at >= end) break;
    kept.push(extent);
    at += extent.lengthBytes;
  }
  return kept;
}
