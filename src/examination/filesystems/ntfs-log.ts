import { type RecordRef, saysAt, u16, u32 } from "./ntfs-fields.ts";
import { entryRef } from "./ntfs-index.ts";
import { joinPieces, plainSource, readQuietly } from "./ntfs-layout.ts";
import { oldFileNameAt } from "./ntfs-names.ts";
import type { FormerName, Reading } from "./ntfs-reading.ts";
import { ATTRIBUTE, restoreSectors } from "./ntfs-record.ts";

const LOG_RECORD = 2;
const READ_LIMIT = 256 * 1024 * 1024;
const PAGE_BYTES = 4096;
const HEAD_BYTES = 64;
/** Of a page, kept before the next: a name or a record's head may stand across both. */
const CARRY_BYTES = 1536;

/** Names in the volume's log ($LogFile): of index entries written and removed, and of records begun. */
export function* logNames(reading: Reading): Iterable<FormerName> {
  const { volume } = reading;
  const record = volume.table.record(LOG_RECORD);
  if (record === null) return;
  const { attributes } = volume.table.gather(record);
  const pieces = attributes.filter((one) => one.type === ATTRIBUTE.content && one.name === "");
  const runs = joinPieces(pieces, volume.geometry);
  if (runs === null) return;
  const log = plainSource(volume.volume, runs, volume.geometry.clusterBytes);
  const window = new Uint8Array(CARRY_BYTES + PAGE_BYTES - HEAD_BYTES);
  for (let at = 0; at + PAGE_BYTES <= Math.min(log.sizeBytes, READ_LIMIT); at += PAGE_BYTES) {
    const page = readQuietly(log, { at, length: PAGE_BYTES }, volume.note);
    if (page.length < PAGE_BYTES || !saysAt(page, 0, "RCRD") || !restoreSectors(page)) continue;
    window.copyWithin(0, window.length - CARRY_BYTES);
    window.set(page.subarray(HEAD_BYTES), CARRY_BYTES);
    yield* windowNames(window, reading);
  }
}

function* windowNames(window: Uint8Array, reading: Reading): Iterable<FormerName> {
  for (let at = 24; at + 68 <= window.length; at += 8) {
    // The top byte of a time of 1829 to 2057: passes over nearly all that is no name.
    if (window[at + 15] !== 1 || window[at + 23] !== 1) continue;
    const name = oldFileNameAt(window, at);
    if (name === null || name.kind === 2 || name.parent.record >= reading.volume.table.records) continue;
    const ref = entryRef(window, at, { name, from: 0 }) ?? begunRecord(window, at);
    if (ref !== null && ref.record < reading.volume.table.records) yield { name, ref, atByte: 0 };
  }
}

/** The record whose name attribute this is, where the log holds the record from its head on. */
function begunRecord(window: Uint8Array, at: number): RecordRef | null {
  const attribute = at - 24;
  if (u32(window, attribute) !== ATTRIBUTE.fileName || window[attribute + 8] !== 0) return null;
  if (u16(window, attribute + 20) !== 24) return null;
  for (let head = attribute - 48; head >= Math.max(0, attribute - 512); head -= 8) {
    if (saysAt(window, head, "FILE")) return { record: u32(window, head + 44), sequence: u16(window, head + 16) };
  }
  return null;
}
