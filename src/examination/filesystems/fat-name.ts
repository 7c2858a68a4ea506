import { type FatEntry, isDotEntry } from "./fat-entry.ts";
import { utf8OfUtf16 } from "./utf16-name.ts";

const SPACE = 0x20;
const DOT = 0x2e;
/** Stands for the first letter that deleting took. */
const TAKEN = 0x5f;
const UNITS_OF_PIECE = 13;
const MOST_PIECES = 20;

/** A piece of a long name: 13 UTF-16 units with their order and the checksum of the short name they belong to. */
export interface LongPiece {
  /** 1 for the start of the name; bit 0x40 marks its last piece. 0xE5 in a deleted one. */
  order: number;
  checksum: number;
  units: number[];
}

/** Reads a piece of a long name. */
export function readLongPiece(record: DataView): LongPiece {
  const units: number[] = [];
  for (const [start, end] of [[1, 11] as const, [14, 26] as const, [28, 32] as const]) {
    for (let at = start; at < end; at += 2) units.push(record.getUint16(at, true));
  }
  return { order: record.getUint8(0), checksum: record.getUint8(13), units };
}

/** Checksum of a short name's 11 bytes, as in the long name's pieces. */
export function shortNameChecksum(name: Uint8Array): number {
  return sumOn(0, name);
}

function sumOn(sum: number, bytes: Uint8Array): number {
  let total = sum;
  for (const byte of bytes) total = (((total & 1) << 7) + (total >> 1) + byte) & 0xff;
  return total;
}

/** What the pieces before an entry say about its name. */
export interface LongName {
  units: number[];
  /** The short name's first byte, where deleting took it and the checksum gives it back. */
  firstByte: number | null;
}

/**
 * The long name of an entry from the pieces directly before it, nearest first.
 *
 * @returns Null where there is none; "foreign" where pieces stand there, but are not this entry's.
 */
export function longNameOf(entry: FatEntry, pieces: LongPiece[]): LongName | "foreign" | null {
  if (pieces.length === 0) return null;
  return entry.deleted ? deletedLongName(entry, pieces) : presentLongName(entry, pieces);
}

function presentLongName(entry: FatEntry, pieces: LongPiece[]): LongName | "foreign" {
  const checksum = shortNameChecksum(entry.name);
  const units: number[] = [];
  for (let i = 0; i < Math.min(pieces.length, MOST_PIECES); i++) {
    const piece = pieces[i];
    if (piece === undefined || piece.checksum !== checksum || (piece.order & 0x3f) !== i + 1) return "foreign";
    units.push(...piece.units);
    if ((piece.order & 0x40) !== 0) return named(units, null);
  }
  return "foreign";
}

/** Deleting overwrites the order, so the checksum that all pieces share and the end of the name must do. */
function deletedLongName(entry: FatEntry, pieces: LongPiece[]): LongName | "foreign" {
  const checksum = pieces[0]?.checksum ?? 0;
  const units: number[] = [];
  for (const piece of pieces.slice(0, MOST_PIECES)) {
    if (piece.order !== 0xe5 || piece.checksum !== checksum) break;
    units.push(...piece.units);
    if (piece.units.includes(0)) break;
  }
  const firstByte = takenByte(entry.name, checksum);
  return units.length === 0 || firstByte === null ? "foreign" : named(units, firstByte);
}

function named(units: number[], firstByte: number | null): LongName | "foreign" {
  const end = units.indexOf(0);
  const name = end < 0 ? units : units.slice(0, end);
  const padded = end < 0 || units.slice(end + 1).every((unit) => unit === 0xffff);
  if (name.length === 0 || !padded || name.length > UNITS_OF_PIECE * MOST_PIECES) return "foreign";
  if (name.some((unit) => unit < 0x20 || unit === 0x2f || unit === 0xffff)) return "foreign";
  return { units: name, firstByte };
}

/** The only first byte that gives the checksum: null where no system would write it, so the pieces are another's. */
function takenByte(name: Uint8Array, checksum: number): number | null {
  for (let byte = 0x21; byte < 0x100; byte++) {
    if (byte === 0x7f || (byte >= 0x61 && byte <= 0x7a)) continue;
    if (sumOn(byte, name.subarray(1)) === checksum) return byte === 0xe5 ? null : byte;
  }
  return sumOn(0x05, name.subarray(1)) === checksum ? 0x05 : null;
}

/** The short name as it is shown: base, dot, extension, in small letters where the entry says so. */
export function shortName(entry: FatEntry, firstByte: number | null = null): Uint8Array {
  if (isDotEntry(entry.name)) return trimmed(entry.name);
  const name = entry.name.slice();
  if (entry.deleted) name[0] = firstByte ?? TAKEN;
  if (name[0] === 0x05) name[0] = 0xe5;
  const base = inCase(trimmed(name.subarray(0, 8)), (entry.letterCase & 0x08) !== 0);
  const extension = inCase(trimmed(name.subarray(8)), (entry.letterCase & 0x10) !== 0);
  return extension.length === 0 ? base : Uint8Array.from([...base, DOT, ...extension]);
}

/** A volume label: 11 bytes that have no dot. */
export function labelName(name: Uint8Array): Uint8Array {
  return trimmed(name);
}

/** The long name in UTF-8. */
export function longNameText(name: LongName): Uint8Array {
  return utf8OfUtf16(name.units);
}

function trimmed(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === SPACE || bytes[end - 1] === 0)) end--;
  return bytes.slice(0, end);
}

function inCase(bytes: Uint8Array, small: boolean): Uint8Array {
  return small ? bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)) : bytes;
}
