import { type ByteSource, memorySource } from "#examination/sources";
import type { FileSystem } from "./file-system.ts";
import { clusterMap } from "./ntfs-bitmap.ts";
import { type NtfsGeometry, ntfsGeometries } from "./ntfs-boot.ts";
import { ntfsEntries } from "./ntfs-entries.ts";
import { utf16Text } from "./ntfs-fields.ts";
import { joinPieces, plainSource } from "./ntfs-layout.ts";
import type { NtfsVolume } from "./ntfs-reading.ts";
import { ATTRIBUTE } from "./ntfs-record.ts";
import { type MasterTable, openMasterTable } from "./ntfs-table.ts";
import { problemList } from "./problem.ts";
import { volumeReader } from "./volume-bytes.ts";

const VOLUME_RECORD = 3;
const BITMAP_RECORD = 6;

/** NTFS 1.2 to 3.1, as Windows, ntfs-3g and Linux's ntfs3 write it. @see FileSystemReader */
export function openNtfs(volume: ByteSource): FileSystem | null {
  const { problems, note } = problemList();
  const read = volumeReader(volume, note);
  let said: NtfsGeometry | null = null;
  for (const geometry of ntfsGeometries(volume, read)) {
    const table = openMasterTable({ volume, geometry, read, note });
    if (geometry.copyAt === undefined) said = geometry;
    if (table === null) continue;
    if (geometry.copyAt !== undefined) note("backup-header", 0, { at: geometry.copyAt });
    const map = clusterMap(bitmapOf(volume, geometry, table), { geometry, sizeBytes: volume.sizeBytes }, note);
    return fileSystem({ volume, geometry, table, map, note }, problems);
  }
  if (said === null) return null;
  note("table-missing", said.mftByte);
  return {
    kind: "ntfs",
    label: null,
    blockBytes: said.clusterBytes,
    sizeBytes: said.sizeBytes,
    entries: () => [],
    unallocated: () => [],
    problems,
  };
}

function fileSystem(ntfs: NtfsVolume, problems: FileSystem["problems"]): FileSystem {
  const { volume, geometry, note } = ntfs;
  // The copy of the first sector, behind the last cluster, is often outside what was imaged.
  const says = geometry.clusters * geometry.clusterBytes;
  if (says > volume.sizeBytes) note("volume-cut", null, { says, has: volume.sizeBytes });
  return {
    kind: "ntfs",
    label: labelOf(ntfs),
    blockBytes: geometry.clusterBytes,
    sizeBytes: geometry.sizeBytes,
    entries: () => ntfsEntries(ntfs),
    unallocated: () => ntfs.map.unallocated(),
    problems,
  };
}

function bitmapOf(volume: ByteSource, geometry: NtfsGeometry, table: MasterTable): ByteSource | null {
  const record = table.record(BITMAP_RECORD);
  const pieces = (record === null ? [] : table.gather(record).attributes).filter(
    (one) => one.type === ATTRIBUTE.content && one.name === "",
  );
  const value = pieces[0]?.value ?? null;
  if (value !== null) return memorySource(value);
  const runs = joinPieces(pieces, geometry);
  return runs === null ? null : plainSource(volume, runs, geometry.clusterBytes);
}

function labelOf({ table }: NtfsVolume): string | null {
  const record = table.record(VOLUME_RECORD);
  const attributes = record === null ? [] : table.gather(record).attributes;
  const value = attributes.find((one) => one.type === ATTRIBUTE.volumeName)?.value;
  return value === undefined || value === null || value.length < 2 ? null : utf16Text(value, 0, value.length >> 1);
}
