import { nameHash, type Upcase } from "./exfat-upcase.ts";
import { dosTimeMs } from "./fat-entry.ts";
import type { FileTimes } from "./file-entry.ts";

export const SET_RECORD_BYTES = 32;
const IN_USE = 0x80;
const FILE = 0x85;
const STREAM = 0xc0;
const NAME = 0xc1;
const DIRECTORY = 0x10;
const UNITS_OF_RECORD = 15;

/** What an entry set says. */
export interface ExfatSet {
  units: number[];
  directory: boolean;
  /** Its records are not marked in use. */
  gone: boolean;
  cluster: number;
  /** Its clusters follow each other; the table says nothing of them. */
  contiguous: boolean;
  sizeBytes: number;
  validBytes: number;
  times: FileTimes;
  /** The set's checksum or, where that cannot be, the hash of its name agrees. */
  verified: boolean;
}

/** Records that may be a set; it can lack its first one, where that was written over. */
export interface SetRecords {
  bytes: Uint8Array[];
  headless: boolean;
}

/** How many records a set has that begins with this one; 0 where no set begins with it. */
export function setLength(record: Uint8Array): { records: number; headless: boolean } {
  const type = (record[0] ?? 0) | IN_USE;
  const secondaries = record[1] ?? 0;
  if (type === FILE) return { records: secondaries >= 2 && secondaries <= 18 ? secondaries + 1 : 0, headless: false };
  const units = record[3] ?? 0;
  const alone = type === STREAM && (record[0] ?? 0) < IN_USE && units > 0;
  return { records: alone ? 1 + Math.ceil(units / UNITS_OF_RECORD) : 0, headless: true };
}

/** Whether a record continues a set. */
export function isSecondary(record: Uint8Array): boolean {
  return ((record[0] ?? 0) & 0x40) !== 0;
}

/**
 * Reads a set.
 *
 * @returns Null where it is none: no stream extension, or not the name it promises.
 * @see exFAT file system specification, §6.3, §7.4, §7.6, §7.7.
 */
export function readSet({ bytes, headless }: SetRecords, upcase: Upcase): ExfatSet | null {
  const stream = bytes[headless ? 0 : 1];
  if (stream === undefined || ((stream[0] ?? 0) | IN_USE) !== STREAM) return null;
  const units = nameUnits(bytes.slice(headless ? 1 : 2), stream[3] ?? 0);
  if (units === null) return null;
  // No system makes such names. Of records that are in use and agree with their sum it is a name all the same, and is shown.
  if (units.some((unit) => unit < 0x20 || unit === 0x2f) && (headless || !isUsed(bytes) || !checksumHolds(bytes))) {
    return null;
  }
  const head = headless ? undefined : bytes[0];
  const view = new DataView(stream.buffer, stream.byteOffset, SET_RECORD_BYTES);
  const sizeBytes = Number(view.getBigUint64(24, true));
  const hashed = nameHash(units, upcase) === view.getUint16(4, true);
  return {
    units,
    directory: head !== undefined && ((head[4] ?? 0) & DIRECTORY) !== 0,
    gone: !isUsed(bytes),
    cluster: view.getUint32(20, true),
    contiguous: ((stream[1] ?? 0) & 2) !== 0,
    sizeBytes,
    validBytes: Math.min(sizeBytes, Number(view.getBigUint64(8, true))),
    times: head === undefined ? {} : readTimes(new DataView(head.buffer, head.byteOffset, SET_RECORD_BYTES)),
    verified: hashed && (head === undefined || units.length > 0) ? true : head !== undefined && checksumHolds(bytes),
  };
}

function nameUnits(records: Uint8Array[], length: number): number[] | null {
  const units: number[] = [];
  for (const record of records) {
    if (((record[0] ?? 0) | IN_USE) !== NAME) continue;
    const view = new DataView(record.buffer, record.byteOffset, SET_RECORD_BYTES);
    for (let at = 2; at < SET_RECORD_BYTES; at += 2) units.push(view.getUint16(at, true));
  }
  if (length === 0 || units.length < length) return null;
  return units.slice(0, length);
}

function isUsed(records: Uint8Array[]): boolean {
  return records.every((record) => (record[0] ?? 0) >= IN_USE);
}

/** Deleting clears only the mark of use, so with it put back the checksum still holds. */
function checksumHolds(records: Uint8Array[]): boolean {
  const head = records[0] ?? new Uint8Array(SET_RECORD_BYTES);
  let sum = 0;
  for (const [number, record] of records.entries()) {
    for (let i = 0; i < SET_RECORD_BYTES; i++) {
      if (number === 0 && (i === 2 || i === 3)) continue;
      const byte = i === 0 ? (record[0] ?? 0) | IN_USE : (record[i] ?? 0);
      sum = (((sum << 15) | (sum >>> 1)) + byte) & 0xffff;
    }
  }
  return sum === (head[2] ?? 0) + (head[3] ?? 0) * 256;
}

/** Times are UTC where each says how far its clock was from it; else all are left as the wall clock showed them. */
function readTimes(head: DataView): FileTimes {
  const fields = [
    { name: "createdMs", at: 8, hundredths: head.getUint8(20), zone: head.getUint8(22) },
    { name: "modifiedMs", at: 12, hundredths: head.getUint8(21), zone: head.getUint8(23) },
    { name: "accessedMs", at: 16, hundredths: 0, zone: head.getUint8(24) },
  ] as const;
  const zoned = fields.every(({ zone }) => (zone & 0x80) !== 0);
  const times: FileTimes = zoned ? {} : { localTime: true };
  for (const { name, at, hundredths, zone } of fields) {
    const ms = dosTimeMs(head.getUint16(at + 2, true), head.getUint16(at, true));
    if (ms === null) continue;
    // Seven bits, signed, in quarters of an hour east.
    const quarters = zoned ? ((zone & 0x7f) ^ 0x40) - 0x40 : 0;
    times[name] = ms + (hundredths < 200 ? hundredths * 10 : 0) - quarters * 15 * 60_000;
  }
  return times;
}
