import type { FileTimes } from "./file-entry.ts";
import { fileTimeMs, type RecordRef, recordRef, u16, u32, u64, utf16Text } from "./ntfs-fields.ts";
import { ATTRIBUTE, type NtfsAttribute } from "./ntfs-record.ts";
import { utf8OfUtf16 } from "./utf16-name.ts";

/** One name of a file, as its record, an index or the log holds it. */
export interface FileName {
  parent: RecordRef;
  name: string;
  /** 0 POSIX, 1 Windows, 2 the short name of DOS beside one of Windows, 3 both in one. */
  kind: number;
  directory: boolean;
  sizeBytes: number;
  times: FileTimes;
}

const HEAD_BYTES = 66;
/** 1 January 1980: no file system of this kind is older. */
const EARLIEST_MS = 315532800000;

/** A name at an offset; null where it does not fit there or is none. */
export function fileNameAt(bytes: Uint8Array, at: number): FileName | null {
  const units = bytes[at + 64] ?? 0;
  const kind = bytes[at + 65] ?? 255;
  if (units === 0 || kind > 3 || at + HEAD_BYTES + 2 * units > bytes.length) return null;
  return {
    parent: recordRef(bytes, at),
    name: utf16Text(bytes, at + HEAD_BYTES, units),
    kind,
    directory: (u32(bytes, at + 56) & 0x10000000) !== 0,
    sizeBytes: u64(bytes, at + 48),
    times: fourTimes(bytes, at + 8),
  };
}

/** Created, modified, metadata changed, accessed: the order in which NTFS keeps them. */
export function fourTimes(bytes: Uint8Array, at: number): FileTimes {
  const createdMs = fileTimeMs(bytes, at);
  const modifiedMs = fileTimeMs(bytes, at + 8);
  const changedMs = fileTimeMs(bytes, at + 16);
  const accessedMs = fileTimeMs(bytes, at + 24);
  return {
    ...(createdMs === undefined ? {} : { createdMs }),
    ...(modifiedMs === undefined ? {} : { modifiedMs }),
    ...(changedMs === undefined ? {} : { changedMs }),
    ...(accessedMs === undefined ? {} : { accessedMs }),
  };
}

/** A name among old bytes: only where every field is what one would hold. */
export function oldFileNameAt(bytes: Uint8Array, at: number): FileName | null {
  const units = bytes[at + 64] ?? 0;
  if (units === 0 || (bytes[at + 65] ?? 255) > 3 || u16(bytes, at + 6) === 0) return null;
  for (let i = 0; i < 4; i++) {
    const ms = fileTimeMs(bytes, at + 8 + 8 * i);
    if (ms === undefined || ms < EARLIEST_MS) return null;
  }
  const found = fileNameAt(bytes, at);
  if (found === null) return null;
  for (let i = 0; i < found.name.length; i++) {
    const unit = found.name.charCodeAt(i);
    if (unit < 0x20 || unit === 0x2f || unit === 0xffff) return null;
  }
  return found;
}

/** The names of a file, one for each hard link; a DOS name only where it stands alone. */
export function namesOf(attributes: readonly NtfsAttribute[]): FileName[] {
  const all: FileName[] = [];
  for (const one of attributes) {
    if (one.type !== ATTRIBUTE.fileName || one.value === null) continue;
    const name = fileNameAt(one.value, 0);
    if (name !== null) all.push(name);
  }
  const long = all.filter((name) => name.kind !== 2);
  const alone = (name: FileName): boolean =>
    name.kind !== 2 || !long.some((other) => other.kind === 1 && other.parent.record === name.parent.record);
  return all.filter(alone);
}

/** UTF-8 of a name (WTF-8 where it holds lone surrogates). */
export function nameBytes(name: string): Uint8Array {
  const units = new Uint16Array(name.length);
  for (let i = 0; i < name.length; i++) units[i] = name.charCodeAt(i);
  return utf8OfUtf16(units);
}

/** A number that stands for a name in a directory, 53 bits: two different names share one as good as never. */
export function nameKey(parent: number, name: string, salt = 0): number {
  let a = Math.imul(parent ^ 0x811c9dc5, 0x01000193) ^ salt;
  let b = Math.imul((parent + 0x9e3779b9) | 0, 0x85ebca6b) + salt;
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0xc2b2ae35) + (b >>> 13);
  }
  a ^= a >>> 15;
  b ^= b >>> 16;
  return (a >>> 0) * 2097152 + ((b >>> 0) & 2097151);
}
