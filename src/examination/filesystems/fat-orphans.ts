import type { ClusterSet } from "./cluster-set.ts";
import { readableClusters } from "./cluster-streams.ts";
import { goneDirectoryRuns, isDirectoryCluster, readDots } from "./fat-gone-directory.ts";
import { rangesOf } from "./fat-present.ts";
import type { FatReader } from "./fat-reader.ts";
import { appendCluster, type ClusterRun } from "./fat-table.ts";
import type { TreeNode } from "./tree-walk.ts";

const WINDOW = 1024 * 1024;
const MOST_ORPHANS = 200_000;

/** A cluster nobody has that looks like (part of) a directory. */
interface OrphanCluster {
  cluster: number;
  /** First cluster of the parent ".." names; null for a later part of a directory. */
  parent: number | null;
}

/**
 * Directories nothing points to any more, from all clusters that no present entry owns.
 *
 * @param taken Clusters of present entries and of deleted directories whose names are known.
 */
export function findOrphans(reader: FatReader, taken: Pick<ClusterSet, "has">): TreeNode[] {
  const found: OrphanCluster[] = [];
  const { geometry, lastHeld } = reader;
  const perWindow = Math.max(1, Math.floor(WINDOW / geometry.clusterBytes));
  for (let first = 2; first <= lastHeld && found.length < MOST_ORPHANS; ) {
    let count = 0;
    while (count < perWindow && first + count <= lastHeld && !taken.has(first + count)) count++;
    for (const { cluster, bytes } of readableClusters({ ...geometry, read: reader.read }, { cluster: first, count })) {
      const dots = readDots(reader, cluster, bytes);
      if (dots !== null) found.push({ cluster, parent: dots.parent });
      else if (isDirectoryCluster(reader, bytes)) found.push({ cluster, parent: null });
    }
    first += Math.max(1, count);
  }
  const starts = new Set(found.filter(({ parent }) => parent !== null).map(({ cluster }) => cluster));
  // Those whose parent is found too come last: by then the parent has named them.
  const ordered = [
    ...found.filter(({ parent }) => parent !== null && !starts.has(parent)),
    ...found.filter(({ parent }) => parent !== null && starts.has(parent)),
  ];
  const whole = ordered.map(({ cluster }) => goneDirectoryRuns(reader, cluster, taken));
  // Later parts that stand side by side are read as one: a long name may go over the border.
  const parts: ClusterRun[] = [];
  for (const { cluster, parent } of found) if (parent === null) appendCluster(parts, cluster);
  return [...whole, ...parts.map((part) => [part])].map((runs) => {
    return { path: [], cluster: runs[0]?.cluster ?? 0, state: "orphan", ranges: rangesOf(reader, runs) };
  });
}
