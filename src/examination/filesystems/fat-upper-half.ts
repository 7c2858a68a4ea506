// FAT32 keeps a start cluster in two halves, and Windows clears the upper one when it deletes. Then the lower half and
// these are left: which of the clusters it can mean are free, what stands there, and where its neighbours in the
// directory stand. What is chosen so is a best fit, never more; a directory's own "." is proof.

import type { ClusterSet } from "./cluster-set.ts";
import type { FatFound } from "./fat-directory.ts";
import { clusterAt } from "./fat-geometry.ts";
import { readDots } from "./fat-gone-directory.ts";
import type { FatReader } from "./fat-reader.ts";
import { beginsLike } from "./file-signature.ts";

const HALF = 0x10000;

/** What the choice is made from. */
export interface UpperHalves {
  owned: Pick<ClusterSet, "has">;
  /** Whether a deleted entry with an upper half was seen: then what deleted here keeps them. */
  kept: boolean;
  /** Reads that may still be made. */
  readsLeft: number;
  /** Start of the entry before in the same directory that is known in full, and that directory. */
  near: { directory: number; cluster: number };
}

/** Whether the upper half of an entry's start may have been cleared. */
export function upperHalfMayBeGone({ geometry }: FatReader, { record }: FatFound, halves: UpperHalves): boolean {
  if (geometry.kind !== "fat32" || geometry.lastCluster < HALF || halves.kept) return false;
  return record.entry.deleted && record.entry.cluster < HALF && record.entry.cluster !== 0;
}

/** The start of a deleted file: of the free clusters its lower half can mean the one that begins like its name, then the nearest. */
export function likelyStart(reader: FatReader, found: FatFound, halves: UpperHalves): number {
  const { entry, name } = found.record;
  const free = candidates(reader, entry.cluster).filter((at) => reader.table.isFree(at) && !halves.owned.has(at));
  const near = halves.near.directory === found.parent.cluster ? halves.near.cluster : found.parent.cluster;
  const alike: number[] = [];
  if (free.length > 1) {
    for (const cluster of free) {
      if (halves.readsLeft-- <= 0) break;
      const begins = beginsLike(name, reader.read(clusterAt(reader.geometry, cluster), 16));
      if (begins === null) break;
      if (begins) alike.push(cluster);
    }
  }
  return nearest(alike.length > 0 ? alike : free, near) ?? entry.cluster;
}

/** The start of a deleted directory: where "." names the cluster itself and was made when the entry says. */
export function provenDirectoryStart(reader: FatReader, found: FatFound, halves: UpperHalves): number {
  const { entry } = found.record;
  for (const cluster of candidates(reader, entry.cluster)) {
    if (halves.owned.has(cluster) || halves.readsLeft-- <= 0) continue;
    const dots = readDots(reader, cluster, reader.read(clusterAt(reader.geometry, cluster), 64));
    if (dots !== null && dots.parent === found.parent.cluster && dots.createdMs === entry.times.createdMs)
      return cluster;
  }
  return entry.cluster;
}

function candidates({ geometry }: FatReader, low: number): number[] {
  const count = Math.floor((geometry.lastCluster - low) / HALF) + 1;
  return Array.from({ length: count }, (_, upper) => upper * HALF + low).filter((cluster) => cluster >= 2);
}

function nearest(clusters: number[], to: number): number | undefined {
  let best: number | undefined;
  for (const cluster of clusters) {
    if (best === undefined || Math.abs(cluster - to) < Math.abs(best - to)) best = cluster;
  }
  return best;
}
