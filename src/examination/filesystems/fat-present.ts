import { type ClusterSet, clusterSet } from "./cluster-set.ts";
import { type FatFound, walkFat } from "./fat-directory.ts";
import { clusterAt } from "./fat-geometry.ts";
import { readDots } from "./fat-gone-directory.ts";
import { DIRECTORY_BYTES, type FatReader } from "./fat-reader.ts";
import type { ClusterChain, ClusterRun } from "./fat-table.ts";
import type { ByteRange } from "./file-entry.ts";
import { type NodesWithGone, type TreeNode, withGone } from "./tree-walk.ts";

/** What present entries say of the volume's clusters. */
export interface FatKnown {
  /** Clusters of present files and directories. */
  owned: ClusterSet;
  /** First clusters of their pieces, with the time each was made. */
  anchors: { cluster: number; createdMs: number }[];
  /** Clusters that may still be followed: chains that cross must not make the work endless. */
  stepsLeft: number;
  withGone: NodesWithGone;
  /** Whether a deleted entry was seen that keeps the upper half of its start (FAT32). */
  upperHalvesKept: boolean;
}

const MOST_ANCHORS = 1_000_000;

/** Nothing known yet. */
export function fatKnown(reader: FatReader): FatKnown {
  const stepsLeft = reader.lastHeld * 4 + 1_000_000;
  const known: FatKnown = { owned: clusterSet(), anchors: [], stepsLeft, withGone: [], upperHalvesKept: false };
  if (reader.geometry.rootCluster !== 0) own(known, rootChain(reader), null);
  return known;
}

/** The root directory. */
export function rootNode(reader: FatReader): TreeNode {
  const { rootRange } = reader.geometry;
  const ranges = rootRange === null ? rangesOf(reader, rootChain(reader).runs) : [rootRange];
  return { path: [], cluster: 0, state: "allocated", ranges };
}

function rootChain(reader: FatReader): ClusterChain {
  const { geometry, table } = reader;
  const chain = table.chain(geometry.rootCluster, clustersFor(reader, DIRECTORY_BYTES));
  const wrong = { end: null, broken: "chain-broken", limit: "directory-too-long" } as const;
  const what = wrong[chain.closed];
  if (what !== null) reader.note(what, clusterAt(geometry, geometry.rootCluster));
  return chain.clusters > 0 ? chain : { ...chain, runs: [{ cluster: geometry.rootCluster, count: 1 }], clusters: 1 };
}

/** An entry with the chain the table gives it; of deleted entries none. */
export interface Chained {
  found: FatFound;
  chain: ClusterChain;
}

const NO_CHAIN: ClusterChain = { runs: [], clusters: 0, closed: "end" };

/** All present entries. Notes in `known` what they own; each directory is entered once. */
export function* walkPresent(reader: FatReader, known: FatKnown): Generator<Chained> {
  let last: ClusterChain = NO_CHAIN;
  const entered = clusterSet();
  const enter = (found: FatFound): ByteRange[] | null => {
    if (found.state !== "allocated") return null;
    const { cluster } = found.record.entry;
    if (cluster < 2) return null;
    if (cluster === reader.geometry.rootCluster || !entered.add(cluster)) {
      reader.note("directory-loop", found.record.atByte);
      return null;
    }
    return rangesOf(reader, last.runs);
  };
  for (let roots = [rootNode(reader)]; roots.length > 0; ) {
    const behind: FatFound[] = [];
    for (const found of walkFat(reader, roots, enter)) {
      if (found.state !== "allocated") {
        noteGone(known, found, behind);
        continue;
      }
      last = presentChain(reader, known, found);
      own(known, last, found.record.entry.times.createdMs ?? null);
      yield { found, chain: last };
    }
    roots = [];
    // Directories first: "." proves them, and what they own is no file's.
    for (const found of behind.sort((a, b) => Number(b.record.directory) - Number(a.record.directory))) {
      if (!isInUse(reader, known, found)) continue;
      const present: FatFound = { ...found, state: "allocated" };
      reader.behindEnd.add(found.record.atByte);
      last = presentChain(reader, known, present);
      own(known, last, found.record.entry.times.createdMs ?? null);
      yield { found: present, chain: last };
      const ranges = found.record.directory ? enter(present) : null;
      if (ranges !== null) roots.push({ path: found.path, cluster: found.record.cluster, state: "allocated", ranges });
    }
  }
}

const MOST_BEHIND = 10_000;

function noteGone(known: FatKnown, found: FatFound, behind: FatFound[]): void {
  const { deleted, cluster } = found.record.entry;
  known.withGone = withGone(known.withGone, found.parent);
  if (deleted && cluster > 0xffff) known.upperHalvesKept = true;
  if (!deleted && behind.length < MOST_BEHIND) behind.push(found);
}

/**
 * Whether an entry behind its directory's end is present all the same: some systems read on there, others do not, so
 * it is a place to hide. Its clusters are in use and nobody else's, or it is a directory that names itself.
 */
function isInUse(reader: FatReader, known: FatKnown, { record }: FatFound): boolean {
  const { cluster, directory } = record;
  if (cluster < 2 || reader.table.isFree(cluster)) return false;
  if (!directory) return !known.owned.has(cluster);
  return readDots(reader, cluster, reader.read(clusterAt(reader.geometry, cluster), 64)) !== null;
}

/** Where a second walk, for what is deleted, begins; and which present directories it enters. */
export function goneFrom(
  reader: FatReader,
  known: FatKnown,
): { roots: TreeNode[]; enter: (found: FatFound) => ByteRange[] | null } {
  if (known.withGone !== null) return { roots: known.withGone, enter: () => null };
  return { roots: [rootNode(reader)], enter: presentEnter(reader) };
}

/** The directories of a walk over the same volume: entered alike, nothing noted. */
function presentEnter(reader: FatReader): (found: FatFound) => ByteRange[] | null {
  const entered = clusterSet();
  return ({ record }) => {
    const { cluster } = record.entry;
    if (cluster < 2 || cluster === reader.geometry.rootCluster || !entered.add(cluster)) return null;
    return rangesOf(reader, directoryChain(reader, cluster).runs);
  };
}

function directoryChain(reader: FatReader, cluster: number, most = Number.POSITIVE_INFINITY): ClusterChain {
  if (cluster < 2 || cluster > reader.geometry.lastCluster) return NO_CHAIN;
  const chain = reader.table.chain(cluster, Math.min(most, clustersFor(reader, DIRECTORY_BYTES)));
  return chain.clusters > 0 ? chain : { ...chain, runs: [{ cluster, count: 1 }], clusters: 1 };
}

function presentChain(reader: FatReader, known: FatKnown, found: FatFound): ClusterChain {
  const { entry, atByte } = found.record;
  if (entry.cluster === 0) return NO_CHAIN;
  const directory = found.record.directory;
  // One more than the size needs shows what is allocated beyond it; a file's own clusters are at most the volume's.
  const most = Math.min(known.stepsLeft, reader.geometry.lastCluster);
  const chain = directory ? directoryChain(reader, entry.cluster, most) : reader.table.chain(entry.cluster, most);
  known.stepsLeft -= chain.clusters;
  if (chain.closed === "broken") reader.note("chain-broken", atByte);
  if (directory && chain.closed === "limit") reader.note("directory-too-long", atByte);
  const has = chain.clusters * reader.geometry.clusterBytes;
  if (entry.sizeBytes > reader.geometry.sizeBytes) reader.note("size-beyond-volume", atByte, { size: entry.sizeBytes });
  else if (entry.sizeBytes > has) reader.note("chain-short", atByte, { size: entry.sizeBytes, have: has });
  return chain;
}

function own(known: FatKnown, chain: ClusterChain, createdMs: number | null): void {
  for (const { cluster, count } of chain.runs) {
    if (createdMs !== null && known.anchors.length < MOST_ANCHORS) known.anchors.push({ cluster, createdMs });
    known.owned.addRun(cluster, count);
  }
}

/** Clusters that so many bytes need. */
export function clustersFor({ geometry }: FatReader, bytes: number): number {
  return Math.ceil(bytes / geometry.clusterBytes);
}

/** Runs of clusters as ranges of the volume. */
export function rangesOf({ geometry }: FatReader, runs: ClusterRun[]): ByteRange[] {
  return runs.map(({ cluster, count }) => ({
    startByte: clusterAt(geometry, cluster),
    lengthBytes: count * geometry.clusterBytes,
  }));
}
