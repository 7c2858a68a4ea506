import { type ClusterSet, clusterSet } from "./cluster-set.ts";
import { type FatFound, walkFat } from "./fat-directory.ts";
import { directoryMatch, goneDirectoryRuns } from "./fat-gone-directory.ts";
import { findOrphans } from "./fat-orphans.ts";
import { clustersFor, type FatKnown, goneFrom, rangesOf } from "./fat-present.ts";
import type { FatReader } from "./fat-reader.ts";
import type { ClusterRun } from "./fat-table.ts";
import { likelyStart, provenDirectoryStart, type UpperHalves, upperHalfMayBeGone } from "./fat-upper-half.ts";
import type { ByteRange } from "./file-entry.ts";
import type { LostFile, Recovered } from "./recovery-claim.ts";
import { recoverByFormat } from "./recovery-format.ts";
import type { TreeNode } from "./tree-walk.ts";

/** What is known of a volume's deleted entries before they are given. Keys are the bytes at which entries stand. */
export interface FatGone {
  directories: Map<number, ByteRange[]>;
  orphans: TreeNode[];
  recovered: Map<number, Recovered>;
}

const MOST_FILES = 500_000;
const MOST_DIRECTORIES = 500_000;
const MOST_READS = 200_000;
const MOST_LATER = 100_000;
/** FAT keeps the time of writing in steps of two seconds, rounded down. */
const CLOCK_STEP_MS = 2000;

/** What is gathered while deleted directories are walked. */
interface Gathering {
  gone: FatGone;
  /** Clusters of present things and of deleted directories that were entered. */
  entered: ClusterSet;
  files: LostFile[];
  /** Clusters that proven deleted things have. */
  settled: ClusterSet;
  anchors: { cluster: number; createdMs: number }[];
  halves: UpperHalves;
  /** Files whose start was chosen. */
  chosen: Set<number>;
  /** Directories whose cluster is one, but whose parent says otherwise: entered if nobody fits better. */
  later: FatFound[];
}

/** Walks what is deleted (and, if wished, what has no name), and decides which clusters were whose. */
export function lookForGone(reader: FatReader, known: FatKnown, wishes: { orphans: boolean }): FatGone {
  const gone: FatGone = { directories: new Map(), orphans: [], recovered: new Map() };
  const all: Gathering = {
    gone,
    entered: clusterSet(),
    files: [],
    settled: clusterSet(),
    anchors: [...known.anchors],
    halves: {
      owned: known.owned,
      kept: known.upperHalvesKept,
      readsLeft: MOST_READS,
      near: { directory: -1, cluster: 0 },
    },
    chosen: new Set(),
    later: [],
  };
  gather(reader, { known, all }, null);
  for (const found of all.later) {
    const ranges = takeDirectory(reader, { known, all }, found);
    const { path, record, state } = found;
    if (ranges !== null) gather(reader, { known, all }, [{ path, cluster: record.cluster, state, ranges }]);
  }
  if (wishes.orphans) {
    for (const orphan of findOrphans(reader, { has: (at) => known.owned.has(at) || all.entered.has(at) })) {
      if (all.entered.has(orphan.cluster)) continue;
      takeClusters(reader, all, orphan);
      gone.orphans.push(orphan);
      gather(reader, { known, all }, [orphan]);
    }
  }
  for (const [id, recovered] of recoverByFormat(all.files, {
    ...{ read: reader.read, heapStart: reader.geometry.heapStart, clusterBytes: reader.geometry.clusterBytes },
    lastCluster: reader.lastHeld,
    isFree: (cluster) => reader.table.isFree(cluster) && !all.settled.has(cluster),
    anchors: all.anchors,
  })) {
    const best = all.chosen.has(id) && recovered.certainty === "contiguous-guess";
    gone.recovered.set(id, best ? { ...recovered, certainty: "best-fit" } : recovered);
  }
  return gone;
}

interface Ground {
  known: FatKnown;
  all: Gathering;
}

function gather(reader: FatReader, ground: Ground, orphans: TreeNode[] | null): void {
  const { roots, enter: enterPresent } = goneFrom(reader, ground.known);
  const enter = (found: FatFound): ByteRange[] | null => {
    if (found.state === "allocated") return enterPresent(found);
    return enterGone(reader, ground, found);
  };
  for (const found of walkFat(reader, orphans ?? roots, enter)) {
    if (found.state !== "allocated" && !found.record.directory) gatherFile(reader, ground, found);
    const { halves } = ground.all;
    if (found.record.cluster > 1 && !upperHalfMayBeGone(reader, found, halves)) {
      halves.near = { directory: found.parent.cluster, cluster: found.record.cluster };
    }
  }
}

function enterGone(reader: FatReader, { known, all }: Ground, found: FatFound): ByteRange[] | null {
  const { halves } = all;
  if (upperHalfMayBeGone(reader, found, halves)) found.record.cluster = provenDirectoryStart(reader, found, halves);
  const { cluster } = found.record;
  if (cluster < 2 || known.owned.has(cluster) || all.entered.has(cluster)) return null;
  const match = directoryMatch(reader, found);
  if (match === "time" && all.later.length < MOST_LATER) all.later.push(found);
  return match === "parent" ? takeDirectory(reader, { known, all }, found) : null;
}

function takeDirectory(reader: FatReader, { known, all }: Ground, found: FatFound): ByteRange[] | null {
  const { entry, cluster: start, atByte } = found.record;
  if (all.entered.has(start) || all.gone.directories.size >= MOST_DIRECTORIES) return null;
  const runs = goneDirectoryRuns(reader, start, { has: (at) => known.owned.has(at) || all.entered.has(at) });
  settle(all, runs, entry.times.createdMs);
  for (const { cluster, count } of runs) all.entered.addRun(cluster, count);
  const ranges = rangesOf(reader, runs);
  all.gone.directories.set(atByte, ranges);
  return ranges;
}

function takeClusters({ geometry }: FatReader, all: Gathering, { ranges }: TreeNode): void {
  const { heapStart, clusterBytes } = geometry;
  const runs = ranges.map(({ startByte, lengthBytes }) => ({
    cluster: (startByte - heapStart) / clusterBytes + 2,
    count: lengthBytes / clusterBytes,
  }));
  settle(all, runs, undefined);
  for (const { cluster, count } of runs) all.entered.addRun(cluster, count);
}

function settle(all: Gathering, runs: ClusterRun[], createdMs: number | undefined): void {
  for (const { cluster, count } of runs) {
    if (createdMs !== undefined) all.anchors.push({ cluster, createdMs });
    all.settled.addRun(cluster, count);
  }
}

function gatherFile(reader: FatReader, { known, all }: Ground, found: FatFound): void {
  const { entry, atByte } = found.record;
  const count = clustersFor(reader, entry.sizeBytes);
  if (entry.cluster < 2 || count === 0) return;
  if (upperHalfMayBeGone(reader, found, all.halves)) {
    found.record.cluster = likelyStart(reader, found, all.halves);
    all.chosen.add(atByte);
  }
  const { cluster } = found.record;
  if (known.owned.has(cluster)) return;
  const proven = all.chosen.has(atByte) ? null : provenChain(reader, known, { cluster, count });
  const { createdMs, modifiedMs } = entry.times;
  if (proven !== null) {
    all.gone.recovered.set(atByte, { certainty: "proven", runs: proven });
    settle(all, proven, createdMs);
  } else if (all.files.length < MOST_FILES) {
    const doneMs = modifiedMs === undefined ? null : modifiedMs + CLOCK_STEP_MS;
    const told = { name: found.record.name, sizeBytes: entry.sizeBytes, createdMs: createdMs ?? null, doneMs };
    all.files.push({ id: atByte, cluster, count, ...told });
  } else reader.note("too-many-entries", null, { limit: MOST_FILES });
}

/**
 * The chain of a deleted file where a table still has it: in the first one, where nobody present has these clusters, or
 * in the second one, where it was not cleared and the first says they are free. It must be as long as the size says.
 */
function provenChain(reader: FatReader, known: FatKnown, { cluster, count }: ClusterRun): ClusterRun[] | null {
  const inMain = !reader.table.isFree(cluster);
  const table = inMain ? reader.table : reader.spare;
  if (table === null || table.isFree(cluster) || known.stepsLeft < count) return null;
  const chain = table.chain(cluster, count + 1);
  known.stepsLeft -= chain.clusters;
  if (chain.closed !== "end" || chain.clusters !== count) return null;
  const nobodys = chain.runs.every((run) => {
    for (let i = 0; i < run.count; i++) {
      const at = run.cluster + i;
      if (known.owned.has(at) || reader.table.isFree(at) === inMain) return false;
    }
    return true;
  });
  return nobodys ? chain.runs : null;
}
