import { fileTimeMs, recordRef, u16, u32, utf16Text } from "./ntfs-fields.ts";
import { joinPieces, layOut, readQuietly } from "./ntfs-layout.ts";
import type { FormerName, Reading } from "./ntfs-reading.ts";
import { ATTRIBUTE, type NtfsAttribute } from "./ntfs-record.ts";

const READ_LIMIT = 1024 * 1024 * 1024;
const BATCH_BYTES = 256 * 1024;
const PAGE_BYTES = 4096;
const RECORD_LIMIT = 1024;
const DELETED = 0x200;
const OLD_NAME = 0x1000;

/** Names of deleted and renamed files in the change journal ($Extend/$UsnJrnl, stream $J). */
export function* journalNames(reading: Reading): Iterable<FormerName> {
  const { volume } = reading;
  const pieces = journalPieces(reading);
  const runs = joinPieces(pieces, volume.geometry);
  if (runs === null) return;
  let left = READ_LIMIT;
  // Its start was given back long ago and has no clusters: only what has is read.
  for (const { startByte, lengthBytes } of layOut(runs, volume.geometry.clusterBytes).extents) {
    if (startByte === null) continue;
    for (let at = 0; at < lengthBytes && left > 0; at += BATCH_BYTES) {
      const length = Math.min(BATCH_BYTES, lengthBytes - at, left);
      left -= length;
      const batch = readQuietly(volume.volume, { at: startByte + at, length }, volume.note);
      for (let page = 0; page < batch.length; page += PAGE_BYTES) {
        yield* pageNames(batch.subarray(page, page + PAGE_BYTES), startByte + at + page);
      }
    }
  }
}

function journalPieces({ volume, journal }: Reading): NtfsAttribute[] {
  const record = journal === null ? null : volume.table.record(journal);
  if (record === null) return [];
  const { attributes } = volume.table.gather(record);
  return attributes.filter((one) => one.type === ATTRIBUTE.content && one.name === "$J");
}

/** Records of one page; each is a multiple of 8 bytes. @see Microsoft, USN_RECORD_V2, USN_RECORD_V3 */
function* pageNames(page: Uint8Array, byte: number): Iterable<FormerName> {
  for (let at = 0; at + 60 <= page.length; ) {
    const length = u32(page, at);
    const former = length >= 60 && length <= RECORD_LIMIT ? journalName(page.subarray(at, at + length)) : null;
    if (former === null && !isRecord(page, at, length)) {
      at += 8;
      continue;
    }
    if (former !== null) yield { ...former, atByte: byte + at };
    at += length;
  }
}

function isRecord(page: Uint8Array, at: number, length: number): boolean {
  const version = u16(page, at + 4);
  return length >= 56 && length <= RECORD_LIMIT && length % 8 === 0 && version >= 2 && version <= 4;
}

function journalName(record: Uint8Array): FormerName | null {
  const version = u16(record, 4);
  // Version 3 has references of 16 bytes; on NTFS the first 8 of them are those of version 2.
  const wide = version === 3 ? 8 : 0;
  if (version !== 2 && version !== 3) return null;
  const reason = u32(record, 40 + 2 * wide);
  if ((reason & (DELETED | OLD_NAME)) === 0) return null;
  const units = u16(record, 56 + 2 * wide) >> 1;
  const nameAt = u16(record, 58 + 2 * wide);
  if (units === 0 || units > 255 || nameAt < 60 + 2 * wide || nameAt + 2 * units > record.length) return null;
  const changedMs = fileTimeMs(record, 32 + 2 * wide);
  return {
    name: {
      parent: recordRef(record, 16 + wide),
      name: utf16Text(record, nameAt, units),
      kind: 1,
      directory: (u32(record, 52 + 2 * wide) & 0x10) !== 0,
      sizeBytes: 0,
      times: changedMs === undefined ? {} : { changedMs },
    },
    ref: recordRef(record, 8),
    atByte: 0,
  };
}
