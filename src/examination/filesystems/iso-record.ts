import { u32 } from "./ntfs-fields.ts";
import { utf8OfUtf16 } from "./utf16-name.ts";

// @see ECMA-119 (4th ed., 2019) §9.1: directory records

export const ISO_FLAG = { hidden: 1, directory: 2, associated: 4, continued: 0x80 } as const;

/** A record of a directory. */
export interface IsoRecord {
  /** Where it stands in the volume. */
  atByte: number;
  /** As the record has it: one byte a letter, or two with Joliet. */
  identifier: Uint8Array;
  flags: number;
  /** First block of its bytes, behind the attributes that may stand before them. */
  block: number;
  sizeBytes: number;
  recordedMs: number | undefined;
  /** Of files written in pieces with gaps between; 0 otherwise. */
  interleaved: boolean;
  systemUse: Uint8Array;
}

/** The record at an offset of a directory's bytes; null where none stands. */
export function isoRecord(bytes: Uint8Array, at: number, atByte: number): IsoRecord | null {
  const length = bytes[at] ?? 0;
  const nameBytes = bytes[at + 32] ?? 0;
  if (length < 34 || at + length > bytes.length || 33 + nameBytes > length || nameBytes === 0) return null;
  const pad = (nameBytes & 1) === 0 ? 1 : 0;
  return {
    atByte,
    identifier: bytes.subarray(at + 33, at + 33 + nameBytes),
    flags: bytes[at + 25] ?? 0,
    block: u32(bytes, at + 2) + (bytes[at + 1] ?? 0),
    sizeBytes: u32(bytes, at + 10),
    recordedMs: shortTime(bytes, at + 18),
    interleaved: (bytes[at + 26] ?? 0) !== 0,
    systemUse: bytes.subarray(at + 33 + nameBytes + pad, at + length),
  };
}

/** Seven bytes: years since 1900, month, day, hour, minute, second, quarters of an hour east of Greenwich. */
export function shortTime(bytes: Uint8Array, at: number): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, zone = 0] = bytes.subarray(at, at + 7);
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return Date.UTC(1900 + year, month - 1, day, hour, minute, second) - ((zone << 24) >> 24) * 900_000;
}

/** Seventeen bytes: digits of year to hundredths of a second, then the zone. */
export function longTime(bytes: Uint8Array, at: number): number | undefined {
  const text = String.fromCharCode(...bytes.subarray(at, at + 16));
  if (!/^\d{16}$/u.test(text) || text.startsWith("0000")) return undefined;
  const part = (from: number, length: number): number => Number(text.slice(from, from + length));
  const ms = Date.UTC(part(0, 4), part(4, 2) - 1, part(6, 2), part(8, 2), part(10, 2), part(12, 2), part(14, 2) * 10);
  return ms - (((bytes[at + 16] ?? 0) << 24) >> 24) * 900_000;
}

/** An identifier as a name: without its version, and without the dot of an empty ending. */
export function isoName(identifier: Uint8Array, joliet: boolean): Uint8Array {
  if (!joliet) {
    const version = identifier.indexOf(0x3b);
    const name = version > 0 ? identifier.subarray(0, version) : identifier;
    return name.length > 1 && name.at(-1) === 0x2e ? name.slice(0, -1) : name.slice();
  }
  const units = Array.from(
    { length: identifier.length >> 1 },
    (_, i) => ((identifier[2 * i] ?? 0) << 8) | (identifier[2 * i + 1] ?? 0),
  );
  const version = units.indexOf(0x3b);
  return utf8OfUtf16(version > 0 ? units.slice(0, version) : units);
}
