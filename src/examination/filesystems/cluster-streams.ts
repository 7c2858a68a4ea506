import type { ByteSource } from "#examination/sources";
import { extentSource } from "./extent-source.ts";
import type { ClusterRun } from "./fat-table.ts";
import type { ByteRange, Extent, FileStream } from "./file-entry.ts";
import type { RecoveredRun } from "./recovery-claim.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** Where a volume's clusters stand. */
export interface ClusterPlaces {
  volume: ByteSource;
  heapStart: number;
  clusterBytes: number;
}

/**
 * A stream from its clusters: as long as its size says, or as its clusters reach; what is beyond its end is slack.
 *
 * @param sizes validBytes: from there on zeros are read (exFAT's valid data length).
 */
export function clusterStream(
  places: ClusterPlaces,
  runs: RecoveredRun[],
  sizes: { sizeBytes: number; validBytes?: number },
): FileStream {
  const extents: Extent[] = [];
  const slack: ByteRange[] = [];
  let left = sizes.sizeBytes;
  for (const { cluster, count, lost } of runs) {
    const startByte = places.heapStart + (cluster - 2) * places.clusterBytes;
    const lengthBytes = count * places.clusterBytes;
    const used = Math.min(left, lengthBytes);
    if (used > 0) extents.push(lost ? { startByte: null, lengthBytes: used, lost } : { startByte, lengthBytes: used });
    if (used < lengthBytes && !lost) slack.push({ startByte: startByte + used, lengthBytes: lengthBytes - used });
    left -= used;
  }
  const read = extentSource(places.volume, extents, sizes);
  const stream: FileStream = { name: null, sizeBytes: sizes.sizeBytes, read, extents };
  return slack.length === 0 ? stream : { ...stream, slack };
}

/** Whole clusters of a run, as far as they can be read: one that cannot is left out, and those behind it are given. */
export function* readableClusters(
  { read, heapStart, clusterBytes }: { read: VolumeReader; heapStart: number; clusterBytes: number },
  run: ClusterRun,
): Generator<{ cluster: number; bytes: Uint8Array }> {
  for (let done = 0; done < run.count; done++) {
    const first = run.cluster + done;
    const bytes = read(heapStart + (first - 2) * clusterBytes, (run.count - done) * clusterBytes);
    const whole = Math.floor(bytes.length / clusterBytes);
    for (let i = 0; i < whole; i++) {
      yield { cluster: first + i, bytes: bytes.subarray(i * clusterBytes, (i + 1) * clusterBytes) };
    }
    done += whole;
  }
}

/** Which clusters are meant. */
export interface OpenClusters {
  isOpen(cluster: number): boolean;
  /** A later cluster up to which all are as this one is. */
  sameUntil?(cluster: number): number;
}

/** Clusters for which `isOpen` holds, and what stands behind the last one, as ranges of the volume. */
export function* openRanges(
  places: ClusterPlaces,
  lastCluster: number,
  { isOpen, sameUntil }: OpenClusters,
): Generator<ByteRange> {
  const { volume, heapStart, clusterBytes } = places;
  let startByte = -1;
  for (let cluster = 2; cluster <= lastCluster; cluster = sameUntil?.(cluster) ?? cluster + 1) {
    const at = heapStart + (cluster - 2) * clusterBytes;
    if (at >= volume.sizeBytes) break;
    if (isOpen(cluster)) {
      if (startByte < 0) startByte = at;
    } else if (startByte >= 0) {
      yield { startByte, lengthBytes: at - startByte };
      startByte = -1;
    }
  }
  const end = Math.min(volume.sizeBytes, heapStart + (lastCluster - 1) * clusterBytes);
  if (startByte < 0) startByte = end;
  if (volume.sizeBytes > startByte) yield { startByte, lengthBytes: volume.sizeBytes - startByte };
}
