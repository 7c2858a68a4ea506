import type { ByteSource } from "#examination/sources";
import type { ByteRange } from "./file-entry.ts";
import type { NtfsGeometry } from "./ntfs-boot.ts";
import { readQuietly } from "./ntfs-layout.ts";
import type { NoteProblem } from "./problem.ts";

/** Which clusters are free, as the volume's own table says. What it does not say is not free. */
export interface ClusterMap {
  /** Splits clusters into pieces that are all free or all in use, in order. */
  split(first: number, count: number): Iterable<{ first: number; count: number; free: boolean }>;
  /** Free clusters and what no cluster covers, as bytes of the volume, ascending, neighbours joined. */
  unallocated(): Iterable<ByteRange>;
}

const PAGE_BYTES = 64 * 1024;
const PAGE_CLUSTERS = PAGE_BYTES * 8;
const PAGES = 64;

/**
 * The map of clusters from the stream of $Bitmap.
 *
 * @param bitmap null where it is missing: then nothing is free as far as is known.
 */
export function clusterMap(
  bitmap: ByteSource | null,
  volume: { geometry: NtfsGeometry; sizeBytes: number },
  note: NoteProblem,
): ClusterMap {
  const { clusters, clusterBytes } = volume.geometry;
  if (bitmap === null) note("bitmap-missing");
  const kept = new Map<number, Uint8Array>();
  const page = (number: number): Uint8Array => {
    const known = kept.get(number);
    if (known !== undefined) return known;
    const at = number * PAGE_BYTES;
    const bytes = bitmap === null ? new Uint8Array(0) : readQuietly(bitmap, { at, length: PAGE_BYTES }, note);
    if (kept.size >= PAGES) kept.clear();
    kept.set(number, bytes);
    return bytes;
  };
  function* split(first: number, count: number): Iterable<{ first: number; count: number; free: boolean }> {
    const end = Math.min(first + count, Number.MAX_SAFE_INTEGER);
    let from = first;
    let state: boolean | null = null;
    for (let at = first; at < end; ) {
      const pageNumber = Math.floor(at / PAGE_CLUSTERS);
      const bytes = page(pageNumber);
      const stop = Math.min(end, (pageNumber + 1) * PAGE_CLUSTERS);
      const known = Math.min(stop, pageNumber * PAGE_CLUSTERS + bytes.length * 8, clusters);
      while (at < stop) {
        const within = at - pageNumber * PAGE_CLUSTERS;
        const byte = at < known ? (bytes[within >> 3] ?? 0xff) : 0xff;
        const free = ((byte >> (within & 7)) & 1) === 0;
        if (state !== null && free !== state) {
          yield { first: from, count: at - from, free: state };
          from = at;
        }
        state = free;
        if (at >= known) at = stop;
        else at += (byte === 0 || byte === 0xff) && (within & 7) === 0 ? Math.min(8, known - at) : 1;
      }
    }
    if (state !== null) yield { first: from, count: end - from, free: state };
  }
  function* unallocated(): Iterable<ByteRange> {
    const end = Math.min(clusters, Math.ceil(volume.sizeBytes / clusterBytes));
    const tail = Math.min(clusters * clusterBytes, volume.sizeBytes);
    let open: ByteRange | null = null;
    if (bitmap !== null) {
      for (const { first, count, free } of split(0, end)) {
        if (!free) continue;
        if (open !== null) yield open;
        const startByte = first * clusterBytes;
        open = { startByte, lengthBytes: Math.min(count * clusterBytes, volume.sizeBytes - startByte) };
      }
    }
    if (volume.sizeBytes > tail) {
      const rest = { startByte: tail, lengthBytes: volume.sizeBytes - tail };
      if (open !== null && open.startByte + open.lengthBytes === tail) open.lengthBytes += rest.lengthBytes;
      else {
        if (open !== null) yield open;
        open = rest;
      }
    }
    if (open !== null) yield open;
  }
  return { split, unallocated };
}
