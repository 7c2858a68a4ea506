import { type ByteSource, slice } from "#examination/sources";
import { apmTable } from "./apm-table.ts";
import { withGaps } from "./gaps.ts";
import { gptTable } from "./gpt-table.ts";
import type { FoundTable } from "./listed-volume.ts";
import { lvmVolumes } from "./lvm-volumes.ts";
import { type MbrTable, mbrTable, mbrVolumes } from "./mbr-table.ts";
import { fileSystemAtStart, knownStart } from "./start-signature.ts";
import { type TableReader, tableReader } from "./table-reader.ts";
import type { VolumeScheme, VolumeTable } from "./volume.ts";
import { volumeProblems } from "./volume-problem.ts";

/**
 * What a source is divided into: a disk by its partition table, a physical volume of LVM2 by its logical volumes, anything
 * else as one whole. Call it again on a volume of kind "lvm2".
 *
 * @param source A medium from its first sector, or one volume of it.
 * @returns Never fails for foreign bytes: what is wrong stands in `problems`. At most 4,096 volumes, 128 MiB read.
 */
export function readVolumes(source: ByteSource): VolumeTable {
  const { problems, note } = volumeProblems();
  const reader = tableReader(source, note);
  const mbr = mbrTable(reader, 0);
  const logical = lvmVolumes(source, reader);
  // Whoever makes a physical volume wipes the table before it; so where both stand, the table is the later one.
  if (logical !== null && mbr === null) return { ...logical, scheme: "lvm2", alsoWhole: false, problems };
  if (logical !== null) note("lvm2-stale", 0);
  const found = partitionTable(reader, mbr);
  if (found === null) {
    const sizeBytes = source.sizeBytes;
    const extents = sizeBytes > 0 ? [{ startByte: 0, lengthBytes: sizeBytes }] : [];
    const read = slice(source, 0, sizeBytes);
    const whole = {
      index: 0,
      startByte: 0,
      sizeBytes,
      kind: "whole",
      type: "",
      name: null,
      unallocated: false,
    } as const;
    return { scheme: "none", sectorBytes: 512, volumes: [{ ...whole, extents, read }], alsoWhole: false, problems };
  }
  const alsoWhole = fileSystemAtStart(reader);
  if (alsoWhole) note("table-and-file-system", 0);
  const volumes = withGaps(source, found.listed, note);
  return { scheme: found.scheme, sectorBytes: found.sectorBytes, volumes, alsoWhole, problems };
}

interface Found extends FoundTable {
  scheme: VolumeScheme;
}

function partitionTable(reader: TableReader, mbr: MbrTable | null): Found | null {
  // A GUID table without its protective slot, beside a DOS table in use, is what was left of an earlier life of the disk.
  if (mbr !== null && !mbr.protective) {
    if (holdsGpt(reader)) reader.note("gpt-stale", 512);
    return { ...mbrVolumes(reader, mbr, 0), scheme: "mbr" };
  }
  const startsWithFileSystem = mbr === null && fileSystemAtStart(reader);
  const gpt = startsWithFileSystem ? null : gptTable(reader);
  if (gpt !== null) return { ...withHybrid(reader, gpt, mbr), scheme: "gpt" };
  const apm = apmTable(reader);
  if (apm !== null) return { ...apm, scheme: "apm" };
  if (mbr !== null) {
    reader.note("gpt-primary-damaged", 512);
    reader.note("gpt-backup-damaged", Math.max(0, reader.sizeBytes - 512));
    return { ...mbrVolumes(reader, mbr, 0), scheme: "mbr" };
  }
  if (startsWithFileSystem && holdsGpt(reader)) reader.note("gpt-stale", 512);
  return startsWithFileSystem ? null : tableElsewhere(reader);
}

function holdsGpt(reader: TableReader): boolean {
  return gptTable({ ...reader, note: () => {} }) !== null;
}

/** Volumes that only the DOS table beside a GUID table lists are added: a hybrid table may hide them. */
function withHybrid(reader: TableReader, gpt: FoundTable, mbr: MbrTable | null): FoundTable {
  if (mbr === null) {
    reader.note("gpt-no-protection", 0);
    return gpt;
  }
  const others = mbrVolumes(reader, mbr, 0).listed.filter(
    (volume) => !gpt.listed.some((known) => known.startByte === volume.startByte),
  );
  if (others.length > 0) reader.note("hybrid", 0, { count: others.length });
  return { ...gpt, listed: [...gpt.listed, ...others] };
}

/** A table that does not stand at the start: something was put before the disk, or its first sector was wiped. */
function tableElsewhere(reader: TableReader): Found | null {
  for (const tableByte of [512, 4096, 1024, 2048]) {
    const table = mbrTable(reader, tableByte);
    if (table === null || table.protective || table.alsoFileSystem) continue;
    // Its numbers count from the table or, where its copy was moved alone, from the source's start.
    for (const baseByte of [tableByte, 0]) {
      const found = mbrVolumes(reader, table, baseByte);
      if (!found.listed.some((volume) => knownStart(reader, volume.startByte))) continue;
      reader.note("table-elsewhere", tableByte, { at: tableByte });
      return { ...found, scheme: "mbr" };
    }
  }
  return null;
}
