import { equalBytes, holds, little } from "#base/values";
import { crc32 } from "./crc32.ts";
import { type FoundTable, type ListedVolume, VOLUMES_LIMIT } from "./listed-volume.ts";
import type { TableReader } from "./table-reader.ts";
import { kindOfGpt } from "./volume-kinds.ts";

const UNITS = [512, 4096, 1024, 2048] as const;
const TABLE_LIMIT = 4 * 1024 * 1024;

/** One copy of the table: header and entries. */
interface Copy {
  headerByte: number;
  sectorBytes: number;
  headerGood: boolean;
  tableGood: boolean;
  backupSector: number;
  diskId: Uint8Array;
  entryBytes: number;
  entries: Uint8Array;
}

/**
 * The volumes of a GUID partition table, from its first copy or, where that is damaged, from its second; null where
 * neither stands. Every wrong checksum and every difference between the copies is told.
 *
 * @see UEFI 2.10 §5.3.2 (header), §5.3.3 (entries)
 */
export function gptTable(reader: TableReader): FoundTable | null {
  for (const sectorBytes of UNITS) {
    const primary = copyAt(reader, sectorBytes, sectorBytes);
    const lastByte = (Math.floor(reader.sizeBytes / sectorBytes) - 1) * sectorBytes;
    const named = primary?.headerGood ? primary.backupSector * sectorBytes : lastByte;
    const backup =
      copyAt(reader, named, sectorBytes) ?? (named === lastByte ? null : copyAt(reader, lastByte, sectorBytes));
    const chosen = choose(primary, backup);
    if (chosen === null) continue;
    tell(reader, { primary, backup, primaryByte: sectorBytes, backupByte: named });
    return { sectorBytes, listed: volumesOf(reader, chosen) };
  }
  return null;
}

/** The copy with the most checksums right; the first where both are alike. */
function choose(primary: Copy | null, backup: Copy | null): Copy | null {
  const worth = (copy: Copy | null): number =>
    copy === null ? -1 : (copy.headerGood ? 2 : 0) + (copy.tableGood ? 1 : 0);
  return worth(backup) > worth(primary) ? backup : primary;
}

function tell(
  { note }: TableReader,
  {
    primary,
    backup,
    primaryByte,
    backupByte,
  }: { primary: Copy | null; backup: Copy | null; primaryByte: number; backupByte: number },
): void {
  if (primary === null) note("gpt-primary-damaged", primaryByte);
  if (backup === null) note("gpt-backup-damaged", backupByte);
  for (const copy of [primary, backup]) {
    if (copy !== null && !copy.headerGood) note("gpt-header-checksum", copy.headerByte);
    else if (copy !== null && !copy.tableGood) note("gpt-table-checksum", copy.headerByte);
  }
  if (primary === null || backup === null) return;
  const same = equalBytes(primary.entries, backup.entries) && equalBytes(primary.diskId, backup.diskId);
  if (!same) note("gpt-copies-differ", backup.headerByte);
}

function copyAt(reader: TableReader, headerByte: number, sectorBytes: number): Copy | null {
  const header = reader.read(headerByte, 512).slice();
  if (header.length < 512 || !holds(header, 0, "EFI PART")) return null;
  const headerBytes = little(header, 12, 4);
  const checksum = little(header, 16, 4);
  const entryBytes = little(header, 84, 4);
  const wanted = little(header, 80, 4) * entryBytes;
  if (headerBytes < 92 || headerBytes > 512 || entryBytes < 128 || entryBytes > 4096 || wanted > TABLE_LIMIT)
    return null;
  header.fill(0, 16, 20);
  const entries = reader.read(little(header, 72, 8) * sectorBytes, wanted);
  return {
    headerByte,
    sectorBytes,
    headerGood: crc32(header.subarray(0, headerBytes)) === checksum,
    tableGood: entries.length === wanted && crc32(entries) === little(header, 88, 4),
    backupSector: little(header, 32, 8),
    diskId: header.slice(56, 72),
    entryBytes,
    entries,
  };
}

function volumesOf(reader: TableReader, { entries, entryBytes, sectorBytes, headerByte }: Copy): ListedVolume[] {
  const listed: ListedVolume[] = [];
  for (let at = 0; at + entryBytes <= entries.length; at += entryBytes) {
    const type = entries.subarray(at, at + 16);
    if (type.every((byte) => byte === 0)) continue;
    const first = little(entries, at + 32, 8);
    const last = little(entries, at + 40, 8);
    if (last < first || !Number.isSafeInteger(last * sectorBytes)) {
      reader.note("entry-damaged", headerByte, { entry: at / entryBytes + 1 });
      continue;
    }
    if (listed.length >= VOLUMES_LIMIT) {
      reader.note("too-many", headerByte, { limit: VOLUMES_LIMIT });
      break;
    }
    const guid = guidText(type);
    const sizeBytes = (last - first + 1) * sectorBytes;
    const name = utf16Name(entries.subarray(at + 56, at + Math.min(entryBytes, 128)));
    listed.push({ startByte: first * sectorBytes, sizeBytes, kind: kindOfGpt(guid), type: guid, name });
  }
  return listed;
}

/** A GUID as written: its first three parts stand little-endian. */
function guidText(bytes: Uint8Array): string {
  const hex = (order: number[]): string => order.map((i) => (bytes[i] ?? 0).toString(16).padStart(2, "0")).join("");
  return [hex([3, 2, 1, 0]), hex([5, 4]), hex([7, 6]), hex([8, 9]), hex([10, 11, 12, 13, 14, 15])].join("-");
}

function utf16Name(bytes: Uint8Array): string | null {
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const unit = little(bytes, at, 2);
    if (unit === 0) break;
    text += unit < 0x20 || unit === 0x7f ? "\ufffd" : String.fromCharCode(unit);
  }
  return text === "" ? null : text.toWellFormed();
}
