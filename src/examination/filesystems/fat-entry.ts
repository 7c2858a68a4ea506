import type { FileTimes } from "./file-entry.ts";

export const ENTRY_BYTES = 32;
export const DELETED = 0xe5;

export const VOLUME_LABEL = 0x08;
export const DIRECTORY = 0x10;
const LONG_NAME = 0x0f;
const ATTRIBUTE_BITS = 0x3f;

/** The fields of a short directory entry. */
export interface FatEntry {
  /** The 11 bytes as they stand; the first is 0xE5 in a deleted one. */
  name: Uint8Array;
  attributes: number;
  /** Bits 0x08 and 0x10: the name's base and extension were written in small letters. */
  letterCase: number;
  cluster: number;
  sizeBytes: number;
  times: FileTimes;
  deleted: boolean;
}

/** Whether a record is a piece of a long name (in a deleted one too: deleting leaves the attributes). */
export function isLongNamePiece(record: DataView): boolean {
  return (record.getUint8(11) & ATTRIBUTE_BITS) === LONG_NAME;
}

/** Reads a short entry, whatever its name. FAT32 keeps the upper half of the cluster where others keep something else. */
export function readFatEntry(record: DataView, wide: boolean): FatEntry {
  const upper = wide ? record.getUint16(20, true) & 0x0fff : 0;
  const times: FileTimes = { localTime: true };
  const created = dosTimeMs(record.getUint16(16, true), record.getUint16(14, true));
  const accessed = dosTimeMs(record.getUint16(18, true), 0);
  const modified = dosTimeMs(record.getUint16(24, true), record.getUint16(22, true));
  const hundredths = record.getUint8(13);
  if (created !== null) times.createdMs = created + (hundredths < 200 ? hundredths * 10 : 0);
  if (accessed !== null) times.accessedMs = accessed;
  if (modified !== null) times.modifiedMs = modified;
  return {
    name: new Uint8Array(record.buffer, record.byteOffset, 11).slice(),
    attributes: record.getUint8(11),
    letterCase: record.getUint8(12),
    cluster: upper * 0x10000 + record.getUint16(26, true),
    sizeBytes: record.getUint32(28, true),
    times,
    deleted: record.getUint8(0) === DELETED,
  };
}

/** Milliseconds as if the wall clock were UTC; null where there is no such day or time. Two seconds is the finest step. */
export function dosTimeMs(date: number, time: number): number | null {
  const [year, month, day] = [1980 + (date >> 9), (date >> 5) & 15, date & 31];
  const [hour, minute, second] = [time >> 11, (time >> 5) & 63, (time & 31) * 2];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  if (day > (month === 2 && year % 4 === 0 && year !== 2100 ? 29 : (DAYS[month - 1] ?? 0))) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** What no system writes into a short name. */
const NEVER_IN_NAMES = new Set([...'"*+,./:;<=>?[\\]|'].map((letter) => letter.charCodeAt(0)));

/** What a plausible entry must lie within. */
export interface EntryBounds {
  lastCluster: number;
  sizeBytes: number;
}

/** A record and what it says. */
export interface ReadEntry {
  record: DataView;
  entry: FatEntry;
}

/**
 * Whether 32 bytes can be a short entry: for deleted ones, and for free clusters that may have been a directory.
 *
 * @param strict Also what only later systems keep (the case byte, dates that exist): for bytes nothing points to.
 */
export function isPlausibleEntry(of: ReadEntry, bounds: EntryBounds, strict: boolean): boolean {
  const { record, entry } = of;
  const { name, attributes } = entry;
  if ((attributes & ~ATTRIBUTE_BITS) !== 0 || isLongNamePiece(record)) return false;
  if ((attributes & (VOLUME_LABEL | DIRECTORY)) === (VOLUME_LABEL | DIRECTORY)) return false;
  for (let i = 1; i < 11; i++) {
    const byte = name[i] ?? 0;
    if (byte < 0x20 || (NEVER_IN_NAMES.has(byte) && !isDotEntry(name))) return false;
  }
  if (entry.cluster === 1 || entry.cluster > bounds.lastCluster) return false;
  if (entry.sizeBytes > bounds.sizeBytes) return false;
  if (!strict) return record.getUint16(24, true) === 0 || entry.times.modifiedMs !== undefined;
  const madeWell = record.getUint16(16, true) === 0 || entry.times.createdMs !== undefined;
  return (
    (entry.letterCase & ~0x18) === 0 && record.getUint8(13) < 200 && madeWell && entry.times.modifiedMs !== undefined
  );
}

/** "." and "..", the first two entries of every directory but the root. */
export function isDotEntry(name: Uint8Array): boolean {
  if (name[0] !== 0x2e) return false;
  for (let i = name[1] === 0x2e ? 2 : 1; i < 11; i++) if (name[i] !== 0x20) return false;
  return true;
}
