import { type ClusterSet, clusterSet } from "./cluster-set.ts";
import { type ExfatFound, walkExfat } from "./exfat-directory.ts";
import { DIRECTORY_BYTES, type ExfatReader } from "./exfat-reader.ts";
import { clusterAt } from "./fat-geometry.ts";
import type { ClusterChain, ClusterRun } from "./fat-table.ts";
import type { ByteRange } from "./file-entry.ts";
import { type NodesWithGone, type TreeNode, withGone } from "./tree-walk.ts";

/** What present sets say of the volume's clusters. */
export interface ExfatKnown {
  owned: ClusterSet;
  /** First clusters of their pieces, with the time each was made. */
  anchors: { cluster: number; createdMs: number }[];
  /** Clusters that may still be followed: chains that cross must not make the work endless. */
  stepsLeft: number;
  withGone: NodesWithGone;
}

const MOST_ANCHORS = 1_000_000;

/** What the volume's own things have. */
export function exfatKnown(reader: ExfatReader): ExfatKnown {
  const stepsLeft = reader.lastHeld * 4 + 1_000_000;
  const known: ExfatKnown = { owned: clusterSet(), anchors: [], stepsLeft, withGone: [] };
  own(known, reader.system, null);
  return known;
}

/** The root directory: always a chain. */
function exfatRoot(reader: ExfatReader): TreeNode {
  const { rootCluster } = reader.geometry;
  const chain = reader.table.chain(rootCluster, clustersFor(reader, DIRECTORY_BYTES));
  const runs = chain.clusters > 0 ? chain.runs : [{ cluster: rootCluster, count: 1 }];
  return { path: [], cluster: 0, state: "allocated", ranges: rangesOf(reader, runs) };
}

/** A set with its clusters. */
export interface ExfatChained {
  found: ExfatFound;
  runs: ClusterRun[];
}

/** All present entries. Notes in `known` what they own; each directory is entered once. */
export function* walkPresent(reader: ExfatReader, known: ExfatKnown): Generator<ExfatChained> {
  let last: ClusterRun[] = [];
  const entered = clusterSet();
  entered.add(reader.geometry.rootCluster);
  const enter = (found: ExfatFound): ByteRange[] | null => {
    if (found.state !== "allocated" || found.record.cluster < 2) return null;
    if (entered.add(found.record.cluster)) return rangesOf(reader, last);
    reader.note("directory-loop", found.record.atByte);
    return null;
  };
  for (const found of walkExfat(reader, [exfatRoot(reader)], enter)) {
    if (found.state !== "allocated") {
      known.withGone = withGone(known.withGone, found.parent);
      continue;
    }
    last = presentRuns(reader, known, found);
    own(known, last, found.record.set.times.createdMs ?? null);
    yield { found, runs: last };
  }
}

/** Where a second walk, for what is deleted, begins; and which present directories it enters. */
export function goneFrom(
  reader: ExfatReader,
  known: ExfatKnown,
): { roots: TreeNode[]; enter: (found: ExfatFound) => ByteRange[] | null } {
  if (known.withGone !== null) return { roots: known.withGone, enter: () => null };
  return { roots: [exfatRoot(reader)], enter: presentEnter(reader) };
}

/** The directories of a walk over the same volume: entered alike, nothing noted. */
function presentEnter(reader: ExfatReader): (found: ExfatFound) => ByteRange[] | null {
  const entered = clusterSet();
  entered.add(reader.geometry.rootCluster);
  return ({ record }) => {
    const { set, cluster } = record;
    if (cluster < 2 || !entered.add(cluster)) return null;
    return rangesOf(reader, chainOf(reader, set, Number.POSITIVE_INFINITY).runs);
  };
}

function presentRuns(reader: ExfatReader, known: ExfatKnown, { record }: ExfatFound): ClusterRun[] {
  const { set, atByte } = record;
  if (set.cluster === 0 && set.sizeBytes === 0) return [];
  const chain = chainOf(reader, set, known.stepsLeft);
  known.stepsLeft -= chain.clusters;
  if (chain.closed === "broken") reader.note("chain-broken", atByte);
  const has = chain.clusters * reader.geometry.clusterBytes;
  if (set.sizeBytes > reader.geometry.sizeBytes) reader.note("size-beyond-volume", atByte, { size: set.sizeBytes });
  else if (set.sizeBytes > has) reader.note("chain-short", atByte, { size: set.sizeBytes, have: has });
  return chain.runs;
}

/** The clusters of a set: one piece where it says so, else the table's chain, which may be longer than the size needs. */
export function chainOf(
  reader: ExfatReader,
  set: { cluster: number; contiguous: boolean; sizeBytes: number; directory: boolean },
  most: number,
): ClusterChain {
  const { lastCluster } = reader.geometry;
  const needed = clustersFor(reader, set.directory ? Math.min(set.sizeBytes, DIRECTORY_BYTES) : set.sizeBytes);
  if (set.cluster < 2 || set.cluster > lastCluster) return { runs: [], clusters: 0, closed: "broken" };
  if (!set.contiguous) return reader.table.chain(set.cluster, Math.min(most, set.directory ? needed : lastCluster));
  const count = Math.min(needed, lastCluster + 1 - set.cluster, most);
  const runs = count > 0 ? [{ cluster: set.cluster, count }] : [];
  return { runs, clusters: count, closed: count === needed ? "end" : "broken" };
}

function own(known: ExfatKnown, runs: ClusterRun[], createdMs: number | null): void {
  for (const { cluster, count } of runs) {
    if (createdMs !== null && known.anchors.length < MOST_ANCHORS) known.anchors.push({ cluster, createdMs });
    known.owned.addRun(cluster, count);
  }
}

/** Clusters that so many bytes need. */
export function clustersFor({ geometry }: ExfatReader, bytes: number): number {
  return Math.ceil(bytes / geometry.clusterBytes);
}

/** Runs of clusters as ranges of the volume. */
export function rangesOf({ geometry }: ExfatReader, runs: ClusterRun[]): ByteRange[] {
  return runs.map(({ cluster, count }) => ({
    startByte: clusterAt(geometry, cluster),
    lengthBytes: count * geometry.clusterBytes,
  }));
}
