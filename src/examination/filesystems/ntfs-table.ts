import type { ByteSource } from "#examination/sources";
import type { Extent } from "./file-entry.ts";
import type { NtfsGeometry } from "./ntfs-boot.ts";
import { recordRef, u16, u32, u64 } from "./ntfs-fields.ts";
import { joinPieces, layOut, plainSource, readQuietly } from "./ntfs-layout.ts";
import { ATTRIBUTE, attributesIn, type NtfsAttribute, type NtfsRecord, readRecord } from "./ntfs-record.ts";
import type { NoteProblem } from "./problem.ts";
import { pagedReader, type VolumeReader } from "./volume-bytes.ts";

/** The master file table: one record a file. */
export interface MasterTable {
  /** Records the table has room for. */
  records: number;
  /** A record by number; null where none ever stood, or where it is damaged. */
  record(number: number): NtfsRecord | null;
  /** All records in their order; damaged ones are noted. */
  scan(): Iterable<NtfsRecord>;
  /** All attributes of a file, those in further records too; whole: false where some of those are gone. */
  gather(record: NtfsRecord): { attributes: NtfsAttribute[]; whole: boolean };
}

export interface TableSource {
  volume: ByteSource;
  geometry: NtfsGeometry;
  read: VolumeReader;
  note: NoteProblem;
}

const BATCH_BYTES = 256 * 1024;
/** No table is read further: far more files than any volume was seen with. */
const RECORDS_LIMIT = 2 ** 28;
const LIST_LIMIT = 1024 * 1024;
/** Records that carry on one file; the format has room for 8,192 in a list. */
const FURTHER_LIMIT = 16_384;

/** Opens the table that record 0 tells about; null where neither it nor its copy can be read. */
export function openMasterTable(source: TableSource): MasterTable | null {
  const { geometry, note } = source;
  const paged = pagedReader(source.read, Math.max(16384, geometry.recordBytes), 512);
  const first = firstRecord(source);
  if (first === null) return null;
  const table: Table = { ...source, read: paged, extents: [], starts: [], furtherLeft: FURTHER_LIMIT };
  const own = attributesIn(first).filter((one) => one.type === ATTRIBUTE.content && one.name === "");
  const pieces = own.filter((one) => one.value === null);
  const settle = (): boolean => {
    const runs = joinPieces(pieces, geometry);
    if (runs === null) return false;
    table.extents = layOut({ ...runs, validBytes: runs.sizeBytes }, geometry.clusterBytes).extents;
    table.starts = [];
    let at = 0;
    for (const extent of table.extents) {
      table.starts.push(at);
      at += extent.lengthBytes;
    }
    return true;
  };
  if (!settle()) return null;
  // Pieces of the table's own runs stand in records that earlier pieces reach.
  for (const ref of listedRecords(table, attributesIn(first))) {
    const further = recordAt(table, ref.record);
    if (further?.base?.record !== 0) continue;
    const more = attributesIn(further).filter((one) => one.type === ATTRIBUTE.content && one.value === null);
    pieces.push(...more.filter((one) => one.name === ""));
    settle();
  }
  const records = recordsOf(table);
  if (records === RECORDS_LIMIT) note("too-many-entries", geometry.mftByte, { limit: RECORDS_LIMIT });
  table.furtherLeft = 4 * records + 100_000;
  if (table.extents.some((extent) => extent.lost)) note("chain-short", geometry.mftByte, tableSizes(table.extents));
  return {
    records,
    record: (number) => (number < records ? recordAt(table, number) : null),
    scan: () => scanRecords(table),
    gather: (record) => gatherAttributes(table, record),
  };
}

interface Table extends TableSource {
  extents: Extent[];
  /** Where in the table each extent begins. */
  starts: number[];
  /** Further records that may still be read: more than a table has means that it contradicts itself. */
  furtherLeft: number;
}

function tableSizes(extents: Extent[]): { size: number; have: number } {
  const sum = (some: Extent[]): number => some.reduce((total, extent) => total + extent.lengthBytes, 0);
  return { size: sum(extents), have: sum(extents.filter((extent) => extent.startByte !== null)) };
}

/** Records up to the last that has a place in the volume; never more than the volume has room for. */
function recordsOf({ extents, volume, geometry }: Table): number {
  let at = 0;
  let end = 0;
  for (const { startByte, lengthBytes } of extents) {
    if (startByte !== null && startByte < volume.sizeBytes) {
      end = at + Math.min(lengthBytes, volume.sizeBytes - startByte);
    }
    at += lengthBytes;
  }
  return Math.min(Math.floor(Math.min(end, volume.sizeBytes) / geometry.recordBytes), RECORDS_LIMIT);
}

function firstRecord(source: TableSource): NtfsRecord | null {
  const { geometry, read, note } = source;
  for (const byte of [geometry.mftByte, geometry.mirrorByte]) {
    if (byte < 0) continue;
    const bytes = read(byte, geometry.recordBytes).slice();
    const record = bytes.length === geometry.recordBytes ? readRecord(bytes, { number: 0, byte }) : "none";
    if (typeof record === "string" || record.base !== null) continue;
    if (byte !== geometry.mftByte) note("table-copy", geometry.mftByte, { at: byte });
    return record;
  }
  return null;
}

function recordAt(table: Table, number: number): NtfsRecord | null {
  const { geometry } = table;
  const offset = number * geometry.recordBytes;
  const bytes = tableBytes(table, offset, geometry.recordBytes);
  const byte = byteOf(table, offset);
  const record = bytes.length < geometry.recordBytes ? "damaged" : readRecord(bytes.slice(), { number, byte });
  if (typeof record !== "string") return record;
  return number < 4 ? copiedRecord(table, number) : null;
}

/** The copy of one of the table's first four records. */
function copiedRecord(table: Table, number: number): NtfsRecord | null {
  const { geometry, read, note } = table;
  if (geometry.mirrorByte < 0) return null;
  const byte = geometry.mirrorByte + number * geometry.recordBytes;
  const bytes = read(byte, geometry.recordBytes).slice();
  const record = bytes.length < geometry.recordBytes ? "none" : readRecord(bytes, { number, byte });
  if (typeof record === "string") return null;
  note("table-copy", geometry.mftByte + number * geometry.recordBytes, { at: byte });
  return record;
}

/** Index of the extent that holds an offset of the table. */
function extentAt(table: Table, offset: number): number {
  let low = 0;
  let high = table.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

function byteOf(table: Table, offset: number): number {
  const i = extentAt(table, offset);
  const start = table.extents[i]?.startByte ?? null;
  return start === null ? 0 : start + offset - (table.starts[i] ?? 0);
}

/** Bytes of the table; fewer where they have no place or cannot be read. */
function tableBytes(table: Table, offset: number, length: number): Uint8Array {
  const i = extentAt(table, offset);
  const extent = table.extents[i];
  if (extent === undefined || extent.startByte === null) return new Uint8Array(0);
  const within = offset - (table.starts[i] ?? 0);
  const here = Math.min(length, extent.lengthBytes - within);
  if (here <= 0) return new Uint8Array(0);
  const bytes = table.read(extent.startByte + within, here);
  if (here === length || bytes.length < here) return bytes;
  const rest = tableBytes(table, offset + here, length - here);
  const whole = new Uint8Array(here + rest.length);
  whole.set(bytes);
  whole.set(rest, here);
  return whole;
}

function* scanRecords(table: Table): Iterable<NtfsRecord> {
  const { recordBytes } = table.geometry;
  const records = recordsOf(table);
  for (let number = 0; number < records; ) {
    const i = extentAt(table, number * recordBytes);
    const extent = table.extents[i];
    const end = (table.starts[i] ?? 0) + (extent?.lengthBytes ?? 0);
    if (extent?.startByte === null) {
      number = Math.max(number + 1, Math.floor(end / recordBytes));
      continue;
    }
    const offset = number * recordBytes;
    const batch = Math.min(Math.max(1, Math.floor((end - offset) / recordBytes)) * recordBytes, BATCH_BYTES);
    const bytes = tableBytes(table, offset, Math.max(batch, recordBytes));
    const here = Math.max(1, Math.floor(bytes.length / recordBytes));
    for (let k = 0; k < here; k++) {
      const one = bytes.subarray(k * recordBytes, (k + 1) * recordBytes);
      const record = scanned(table, one, number + k);
      if (record !== null) yield record;
    }
    number += here;
  }
}

function scanned(table: Table, bytes: Uint8Array, number: number): NtfsRecord | null {
  const byte = byteOf(table, number * table.geometry.recordBytes);
  const record = bytes.length < table.geometry.recordBytes ? "damaged" : readRecord(bytes.slice(), { number, byte });
  if (typeof record !== "string") return record;
  if (number < 4) return copiedRecord(table, number);
  if (record === "damaged") table.note("record-damaged", byte, { record: number });
  return null;
}

function gatherAttributes(table: Table, record: NtfsRecord): { attributes: NtfsAttribute[]; whole: boolean } {
  const own = attributesIn(record);
  const list = own.find((one) => one.type === ATTRIBUTE.attributeList);
  if (list === undefined) return { attributes: own, whole: true };
  const attributes = own;
  let whole = true;
  for (const ref of listedRecords(table, own)) {
    if (ref.record === record.number) continue;
    const further = table.furtherLeft-- > 0 ? recordAt(table, ref.record) : null;
    if (further !== null && carriesOn(further, record, ref.sequence)) attributes.push(...attributesIn(further));
    else whole = false;
  }
  if (!whole && record.inUse) table.note("chain-broken", record.atByte, { record: record.number });
  return { attributes, whole };
}

/** Whether a further record is still of this file: freeing a record counts its sequence up by one. */
function carriesOn(further: NtfsRecord, record: NtfsRecord, sequence: number): boolean {
  if (further.base?.record !== record.number || further.inUse !== record.inUse) return false;
  const same = further.base.sequence === record.sequence && further.sequence === sequence;
  return same || (!record.inUse && livedAs(record, further.base.sequence) && livedAs(further, sequence));
}

/** Whether a record that is free now was in use under a sequence number. Some writers count up when freeing, some later. */
export function livedAs(record: { sequence: number; inUse: boolean }, sequence: number): boolean {
  if (sequence === 0 || record.sequence === sequence) return true;
  return !record.inUse && record.sequence === (sequence === 0xffff ? 1 : sequence + 1);
}

/** The further records an attribute list names, each once, in order of the pieces. */
function listedRecords(table: Table, attributes: readonly NtfsAttribute[]): { record: number; sequence: number }[] {
  const list = attributes.find((one) => one.type === ATTRIBUTE.attributeList);
  const bytes = list === undefined ? undefined : (list.value ?? clusterBytesOf(table, attributes));
  const found = new Map<number, { record: number; sequence: number; low: number }>();
  for (let at = 0; bytes !== undefined && at + 26 <= bytes.length && found.size < FURTHER_LIMIT; ) {
    const length = u16(bytes, at + 4);
    if (u32(bytes, at) === 0 || length < 26 || at + length > bytes.length) break;
    const ref = recordRef(bytes, at + 16);
    if (!found.has(ref.record)) found.set(ref.record, { ...ref, low: u64(bytes, at + 8) });
    at += length;
  }
  return [...found.values()];
}

function clusterBytesOf(table: Table, attributes: readonly NtfsAttribute[]): Uint8Array {
  const pieces = attributes.filter((one) => one.type === ATTRIBUTE.attributeList && one.value === null);
  const runs = joinPieces(pieces, table.geometry);
  if (runs === null) return new Uint8Array(0);
  const source = plainSource(table.volume, runs, table.geometry.clusterBytes);
  return readQuietly(source, { at: 0, length: Math.min(source.sizeBytes, LIST_LIMIT) }, table.note);
}
