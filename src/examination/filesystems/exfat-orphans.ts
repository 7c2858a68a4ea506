import { readableClusters } from "./cluster-streams.ts";
import { holdsSets } from "./exfat-directory.ts";
import { rangesOf } from "./exfat-present.ts";
import type { ExfatReader } from "./exfat-reader.ts";
import { appendCluster, type ClusterRun } from "./fat-table.ts";
import type { TreeNode } from "./tree-walk.ts";

const WINDOW = 1024 * 1024;
const MOST_ORPHANS = 200_000;

/** Clusters nobody has that hold entry sets whose checksums agree; neighbours are taken as one directory. */
export function findExfatOrphans(reader: ExfatReader, isTaken: (cluster: number) => boolean): TreeNode[] {
  const { clusterBytes } = reader.geometry;
  const { lastHeld } = reader;
  const runs: ClusterRun[] = [];
  const perWindow = Math.max(1, Math.floor(WINDOW / clusterBytes));
  for (let first = 2; first <= lastHeld && runs.length < MOST_ORPHANS; ) {
    let count = 0;
    while (count < perWindow && first + count <= lastHeld && !isTaken(first + count)) count++;
    const from = { ...reader.geometry, read: reader.read };
    for (const { cluster, bytes } of readableClusters(from, { cluster: first, count })) {
      if (holdsSets(reader, bytes)) appendCluster(runs, cluster);
    }
    first += Math.max(1, count);
  }
  return runs.map((run) => ({ path: [], cluster: run.cluster, state: "orphan", ranges: rangesOf(reader, [run]) }));
}
