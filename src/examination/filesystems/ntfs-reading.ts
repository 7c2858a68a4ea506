import type { ByteSource } from "#examination/sources";
import type { ClusterMap } from "./ntfs-bitmap.ts";
import type { NtfsGeometry } from "./ntfs-boot.ts";
import type { Claims } from "./ntfs-claims.ts";
import type { RecordRef } from "./ntfs-fields.ts";
import type { FileName } from "./ntfs-names.ts";
import type { DirectoryPath } from "./ntfs-paths.ts";
import type { RecordSet } from "./ntfs-record-set.ts";
import type { MasterTable } from "./ntfs-table.ts";
import type { NoteProblem } from "./problem.ts";

/** An NTFS volume as the files of this reader share it. */
export interface NtfsVolume {
  volume: ByteSource;
  geometry: NtfsGeometry;
  table: MasterTable;
  map: ClusterMap;
  note: NoteProblem;
}

/** What is needed to say whether a deleted file's clusters are still its own. */
export interface DeletedRules {
  map: ClusterMap;
  claims: Claims;
  /** Clusters that may still be looked at: records that name all clusters many times over are not believed. */
  clustersLeft: number;
}

/** What one reading of the volume gathers on its way. */
export interface Reading {
  volume: NtfsVolume;
  pathOf: (ref: RecordRef) => DirectoryPath;
  rules: DeletedRules;
  directories: RecordSet;
  seen: Seen;
  /** Record of the change journal, once it was met. */
  journal: number | null;
}

/** A name found outside the records: what it named may be there no more. */
export interface FormerName {
  name: FileName;
  /** The record it named, where the bytes before it still tell. */
  ref: RecordRef | null;
  /** Where in the volume it stands. */
  atByte: number;
}

/** Names already given; 53-bit keys, a bounded number of them. */
export interface Seen {
  add(name: FileName, record: { number: number } | null): void;
  has(name: FileName, ref: RecordRef | null): boolean;
}
