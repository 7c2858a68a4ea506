import { type ByteSource, ReadError } from "#examination/sources";
import { extentSource } from "./extent-source.ts";
import type { ByteRange, Extent } from "./file-entry.ts";
import type { NtfsAttribute } from "./ntfs-record.ts";
import { addRun, type RunList, readRuns } from "./ntfs-runs.ts";
import type { NoteProblem } from "./problem.ts";

/** Sizes of a stream that has clusters. */
interface StreamSizes {
  sizeBytes: number;
  /** From there on the stream is zeros, whatever its clusters hold. */
  validBytes: number;
  unitClusters: number;
}

/** Where a stream stands: the clusters of all its pieces in order. */
export interface StreamRuns extends StreamSizes {
  list: RunList;
}

/**
 * Joins the pieces of one attribute: their runs in order of the stream. What no piece tells is "lost".
 *
 * @param pieces All pieces of one type and name, not resident.
 * @returns null where the piece that tells the sizes is not there.
 */
export function joinPieces(
  pieces: readonly NtfsAttribute[],
  volume: { clusters: number; clusterBytes: number },
): StreamRuns | null {
  const sorted = [...pieces].sort((a, b) => a.lowCluster - b.lowCluster);
  const first = sorted[0];
  if (first === undefined || first.lowCluster !== 0) return null;
  const list: RunList = { runs: [], count: 0, whole: true };
  for (const piece of sorted) {
    if (piece.lowCluster < list.count) {
      list.whole = false;
      continue;
    }
    if (piece.lowCluster > list.count) addRun(list, { first: "lost", count: piece.lowCluster - list.count });
    readRuns(piece.runBytes, volume.clusters, list);
  }
  const needed = Math.ceil(first.sizeBytes / volume.clusterBytes);
  if (needed > list.count) {
    list.whole = false;
    addRun(list, { first: "lost", count: needed - list.count });
  }
  if (list.runs.some((run) => run.first === "lost")) list.whole = false;
  return { sizeBytes: first.sizeBytes, validBytes: first.validBytes, unitClusters: first.unitClusters, list };
}

/** Extents of a stream's bytes, and what is allocated to it but is not its bytes: beyond its end, or never written. */
export function layOut(runs: StreamRuns, clusterBytes: number): { extents: Extent[]; slack: ByteRange[] } {
  const extents: Extent[] = [];
  const slack: ByteRange[] = [];
  // The bytes of compressed units do not stand at their offsets: their clusters are the stream's whole.
  const valid = runs.unitClusters > 0 ? runs.sizeBytes : Math.min(runs.validBytes, runs.sizeBytes);
  let at = 0;
  for (const { first, count } of runs.list.runs) {
    const length = count * clusterBytes;
    const startByte = typeof first === "number" ? first * clusterBytes : null;
    const content = clamp(valid - at, length);
    const zeros = clamp(runs.sizeBytes - at, length) - content;
    if (content > 0) extents.push(piece(startByte, content, first === "lost"));
    if (zeros > 0) extents.push(piece(null, zeros, first === "lost"));
    if (startByte !== null && content < length) {
      slack.push({ startByte: startByte + content, lengthBytes: length - content });
    }
    at += length;
  }
  return { extents, slack };
}

function piece(startByte: number | null, lengthBytes: number, lost: boolean): Extent {
  return lost ? { startByte: null, lengthBytes, lost: true } : { startByte, lengthBytes };
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

/** The bytes of a stream of the file system's own (tables, bitmaps), not compressed. */
export function plainSource(volume: ByteSource, runs: StreamRuns, clusterBytes: number): ByteSource {
  const { extents } = layOut(runs, clusterBytes);
  return withoutLost(extentSource(volume, extents, { sizeBytes: runs.sizeBytes }), extents);
}

/** The same bytes, but a read that comes to a lost piece throws there: what stands there is not the file's. */
export function withoutLost(source: ByteSource, extents: readonly Extent[]): ByteSource {
  const lost: { from: number; to: number }[] = [];
  let at = 0;
  for (const extent of extents) {
    if (extent.lost) lost.push({ from: at, to: at + extent.lengthBytes });
    at += extent.lengthBytes;
  }
  if (lost.length === 0) return source;
  return {
    sizeBytes: source.sizeBytes,
    readSync: (view, offsetBytes) => {
      const end = Math.min(offsetBytes + view.length, source.sizeBytes);
      const gap = firstAfter(lost, offsetBytes);
      if (gap === undefined || gap.from >= end) return source.readSync(view, offsetBytes);
      const good = Math.max(0, gap.from - offsetBytes);
      if (good > 0) source.readSync(view.subarray(0, good), offsetBytes);
      throw new ReadError("refused", "REUSED", { offsetBytes: offsetBytes + good, goodBytes: good });
    },
  };
}

/** The first of ascending ranges that ends beyond an offset. */
function firstAfter<R extends { to: number }>(ranges: readonly R[], offset: number): R | undefined {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.to ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return ranges[low];
}

/** Reads a stream of the file system's own: fewer bytes where it ends or cannot be read further. */
export function readQuietly(
  source: ByteSource,
  want: { at: number; length: number },
  note: NoteProblem,
): Uint8Array<ArrayBuffer> {
  const view = new Uint8Array(Math.max(0, Math.min(want.length, source.sizeBytes - want.at)));
  if (view.length === 0) return view;
  try {
    return view.subarray(0, source.readSync(view, want.at));
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    note("unreadable", error.offsetBytes, { length: view.length - error.goodBytes });
    return view.subarray(0, error.goodBytes);
  }
}
