import type { ClusterSet } from "./cluster-set.ts";
import { bounds, type FatFound } from "./fat-directory.ts";
import {
  DELETED,
  DIRECTORY,
  ENTRY_BYTES,
  isDotEntry,
  isLongNamePiece,
  isPlausibleEntry,
  readFatEntry,
} from "./fat-entry.ts";
import { clusterAt } from "./fat-geometry.ts";
import { DIRECTORY_BYTES, type FatReader } from "./fat-reader.ts";
import type { ClusterRun } from "./fat-table.ts";

/** What "." and ".." at the start of a cluster say. */
export interface Dots {
  /** First cluster of the parent; 0 for the root. */
  parent: number;
  createdMs: number | undefined;
  modifiedMs: number | undefined;
}

/** Reads "." and ".." of 64 bytes; null where they are not those of the directory that begins at this cluster. */
export function readDots(reader: FatReader, cluster: number, bytes: Uint8Array): Dots | null {
  if (bytes.length < 2 * ENTRY_BYTES || bytes[0] !== 0x2e || bytes[1] !== 0x20 || bytes[33] !== 0x2e) return null;
  const { kind, rootCluster } = reader.geometry;
  const [own, parent] = [0, ENTRY_BYTES].map((at) =>
    readFatEntry(new DataView(bytes.buffer, bytes.byteOffset + at, ENTRY_BYTES), kind === "fat32"),
  );
  if (own === undefined || parent === undefined || !isDotEntry(own.name) || !isDotEntry(parent.name)) return null;
  if ((own.attributes & DIRECTORY) === 0 || (parent.attributes & DIRECTORY) === 0 || own.cluster !== cluster)
    return null;
  const { createdMs, modifiedMs } = own.times;
  return { parent: parent.cluster === rootCluster ? 0 : parent.cluster, createdMs, modifiedMs };
}

/** How well the cluster a deleted entry names is still that directory: its parent agrees, only its time does, or not. */
export function directoryMatch(reader: FatReader, found: FatFound): "parent" | "time" | null {
  const { entry, cluster } = found.record;
  const dots = readDots(reader, cluster, reader.read(clusterAt(reader.geometry, cluster), 64));
  if (dots === null) return null;
  if (dots.parent === found.parent.cluster) return "parent";
  const { createdMs, modifiedMs } = entry.times;
  if (createdMs !== undefined) return dots.createdMs === createdMs ? "time" : null;
  return modifiedMs !== undefined && dots.modifiedMs === modifiedMs ? "time" : null;
}

/**
 * The clusters of a deleted directory: the table's chain where it still stands, else its first cluster and those that
 * follow as long as they are free, full of entries, and the one before had no end.
 */
export function goneDirectoryRuns(reader: FatReader, cluster: number, owned: Pick<ClusterSet, "has">): ClusterRun[] {
  const { geometry, table } = reader;
  const most = Math.ceil(DIRECTORY_BYTES / geometry.clusterBytes);
  if (!table.isFree(cluster)) {
    const chain = table.chain(cluster, most);
    if (chain.clusters > 0 && chain.runs.every((run) => isNobodys(run, owned))) return chain.runs;
    return [{ cluster, count: 1 }];
  }
  let count = 1;
  while (count < most && cluster + count <= geometry.lastCluster) {
    const next = cluster + count;
    if (!table.isFree(next) || owned.has(next) || hasEnd(reader, next - 1)) break;
    if (!isDirectoryCluster(reader, reader.read(clusterAt(geometry, next), geometry.clusterBytes))) break;
    count++;
  }
  return [{ cluster, count }];
}

function isNobodys({ cluster, count }: ClusterRun, owned: Pick<ClusterSet, "has">): boolean {
  for (let i = 0; i < count; i++) if (owned.has(cluster + i)) return false;
  return true;
}

function hasEnd({ read, geometry }: FatReader, cluster: number): boolean {
  const last = read(clusterAt(geometry, cluster) + geometry.clusterBytes - ENTRY_BYTES, ENTRY_BYTES);
  return last.length < ENTRY_BYTES || last[0] === 0;
}

/** Whether bytes of a whole cluster can be a later part of a directory: entries, at least one, then nothing. */
export function isDirectoryCluster(reader: FatReader, bytes: Uint8Array): boolean {
  if (bytes[0] === 0 || bytes[0] === 0x2e) return false;
  let entries = 0;
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    if (bytes[at] === 0) return entries > 0 && bytes.subarray(at).every((byte) => byte === 0);
    const record = new DataView(bytes.buffer, bytes.byteOffset + at, ENTRY_BYTES);
    if (isLongNamePiece(record)) {
      if (!isPlausiblePiece(record)) return false;
    } else if (isPlausible(reader, record)) entries++;
    else return false;
  }
  return entries > 0;
}

function isPlausible(reader: FatReader, record: DataView): boolean {
  const entry = readFatEntry(record, reader.geometry.kind === "fat32");
  return record.getUint8(0) > 0x20 && isPlausibleEntry({ record, entry }, bounds(reader), true);
}

function isPlausiblePiece(record: DataView): boolean {
  const order = record.getUint8(0);
  const counted = (order & 0x3f) >= 1 && (order & 0x3f) <= 20 && order < 0x80;
  return (order === DELETED || counted) && record.getUint8(12) === 0 && record.getUint16(26, true) === 0;
}
