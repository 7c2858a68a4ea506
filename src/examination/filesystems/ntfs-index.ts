import { type ByteSource, ReadError } from "#examination/sources";
import type { Extent } from "./file-entry.ts";
import { type RecordRef, recordRef, saysAt, u16, u32 } from "./ntfs-fields.ts";
import { joinPieces, plainSource, readQuietly } from "./ntfs-layout.ts";
import { type FileName, fileNameAt, nameKey, oldFileNameAt } from "./ntfs-names.ts";
import type { FormerName, Reading } from "./ntfs-reading.ts";
import { ATTRIBUTE, type NtfsAttribute, type NtfsRecord, restoreSectors } from "./ntfs-record.ts";
import { streamsOf } from "./ntfs-streams.ts";
import { livedAs } from "./ntfs-table.ts";

const DIRECTORY_LIMIT = 1024 * 1024 * 1024;
const FOUND_LIMIT = 200_000;

interface Scan {
  directory: NtfsRecord;
  /** Names the index holds now. */
  current: Set<number>;
  found: FormerName[];
}

/** Old names in the tables of folders: behind what is in use of each block, and in blocks not in use any more. */
export function* indexNames(reading: Reading): Iterable<FormerName> {
  let bytesLeft = 2 * reading.volume.volume.sizeBytes + DIRECTORY_LIMIT;
  for (const number of reading.directories.all()) {
    const directory = reading.volume.table.record(number);
    if (directory === null) continue;
    const scan: Scan = { directory, current: new Set(), found: [] };
    bytesLeft -= scanDirectory(reading, scan, bytesLeft);
    yield* chosen(reading, scan);
    if (bytesLeft <= 0) {
      reading.volume.note("directory-too-long", directory.atByte);
      return;
    }
  }
}

/** @returns Bytes looked at. */
function scanDirectory(reading: Reading, scan: Scan, most: number): number {
  const { volume } = reading;
  const { directory } = scan;
  const { attributes, whole } = volume.table.gather(directory);
  const root = attributes.find((one) => one.type === ATTRIBUTE.indexRoot && one.name === "$I30")?.value ?? null;
  if (root !== null && directory.inUse) readEntries(scan, root, { from: 16 + u32(root, 16), end: 16 + u32(root, 20) });
  const found = streamsOf(volume, { record: directory, attributes, whole }, directory.inUse ? null : reading.rules);
  const table = found.streams.find((stream) => stream.name === null);
  const blockBytes = blockSize(root, volume.geometry.indexBytes);
  const used = usedBlocks(reading, attributes);
  let looked = 0;
  if (table !== undefined && table.read.sizeBytes >= blockBytes) {
    for (const { at, byte } of blocksOf(table.extents, blockBytes)) {
      if (looked >= Math.min(most, DIRECTORY_LIMIT) || scan.found.length >= FOUND_LIMIT) {
        volume.note("directory-too-long", directory.atByte);
        break;
      }
      looked += blockBytes;
      const block = readBlock(reading, table.read, { at, length: blockBytes });
      if (block.length === blockBytes) scanBlock(reading, scan, { block, byte, used: used(at / blockBytes) });
    }
  }
  // What a record holds behind its attributes may be an index from before.
  scanOld(scan, directory.bytes, { from: 48, byte: directory.atByte });
  return looked;
}

function blockSize(root: Uint8Array | null, usual: number): number {
  const said = root === null ? 0 : u32(root, 8);
  return said >= 512 && said <= 65_536 && Number.isInteger(Math.log2(said)) ? said : usual;
}

/** Whether a block of a directory is in use, by its own bitmap; without one all are. */
function usedBlocks({ volume }: Reading, attributes: readonly NtfsAttribute[]): (block: number) => boolean {
  const pieces = attributes.filter((one) => one.type === ATTRIBUTE.bitmap && one.name === "$I30");
  let bytes = pieces[0]?.value ?? null;
  const runs = bytes === null ? joinPieces(pieces, volume.geometry) : null;
  if (runs !== null) {
    const source = plainSource(volume.volume, runs, volume.geometry.clusterBytes);
    bytes = readQuietly(source, { at: 0, length: 1024 * 1024 }, volume.note);
  }
  return (block) => bytes === null || (((bytes[Math.floor(block / 8)] ?? 0xff) >> (block & 7)) & 1) === 1;
}

/** Blocks that have a place in the volume. */
function* blocksOf(extents: readonly Extent[], blockBytes: number): Iterable<{ at: number; byte: number }> {
  let start = 0;
  let next = 0;
  for (const { startByte, lengthBytes } of extents) {
    const end = start + lengthBytes;
    if (startByte !== null) {
      next = Math.max(next, Math.floor(start / blockBytes) * blockBytes);
      for (; next < end; next += blockBytes) yield { at: next, byte: Math.max(0, startByte + next - start) };
    }
    start = end;
  }
}

function readBlock(reading: Reading, source: ByteSource, want: { at: number; length: number }): Uint8Array {
  const view = new Uint8Array(want.length);
  try {
    return view.subarray(0, source.readSync(view, want.at));
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    if (error.code !== "REUSED") reading.volume.note("unreadable", error.offsetBytes, { length: want.length });
    return view.subarray(0, 0);
  }
}

function scanBlock(
  reading: Reading,
  scan: Scan,
  { block, byte, used }: { block: Uint8Array; byte: number; used: boolean },
): void {
  if (!saysAt(block, 0, "INDX")) return;
  if (!restoreSectors(block)) {
    reading.volume.note("index-damaged", byte);
    return;
  }
  const from = 24 + u32(block, 24);
  let end = Math.min(24 + u32(block, 28), block.length);
  if (used && scan.directory.inUse) readEntries(scan, block, { from, end });
  else end = 40;
  scanOld(scan, block, { from: Math.max(40, end), byte });
}

/** The entries an index holds now. */
function readEntries(scan: Scan, bytes: Uint8Array, { from, end }: { from: number; end: number }): void {
  for (let at = from; at + 16 <= Math.min(end, bytes.length); ) {
    const length = u16(bytes, at + 8);
    if (length < 16 || (u16(bytes, at + 12) & 2) !== 0) return;
    const name = u16(bytes, at + 10) >= 66 ? fileNameAt(bytes, at + 16) : null;
    if (name !== null) {
      scan.current.add(nameKey(scan.directory.number, name.name));
      scan.current.add(nameKey(scan.directory.number, name.name, recordRef(bytes, at).record + 1));
    }
    at += length;
  }
}

/** Looks at every eighth byte for a name whose folder is this one. */
function scanOld(scan: Scan, bytes: Uint8Array, { from, byte }: { from: number; byte: number }): void {
  const { number } = scan.directory;
  const low = number % 4294967296;
  const high = Math.floor(number / 4294967296);
  for (let at = (from + 7) & ~7; at + 68 <= bytes.length; at += 8) {
    if (u32(bytes, at) !== low || u16(bytes, at + 4) !== high) continue;
    const name = oldFileNameAt(bytes, at);
    if (name === null || !livedAs(scan.directory, name.parent.sequence)) continue;
    if (scan.found.length < FOUND_LIMIT) {
      scan.found.push({ name, ref: entryRef(bytes, at, { name, from }), atByte: byte + at });
    }
    at += 64;
  }
}

/** The record an index entry names, where its head still stands before the name. */
export function entryRef(
  bytes: Uint8Array,
  at: number,
  { name, from }: { name: FileName; from: number },
): RecordRef | null {
  const head = at - 16;
  const keyBytes = 66 + 2 * name.name.length;
  if (head < from || u16(bytes, head + 10) !== keyBytes) return null;
  const length = u16(bytes, head + 8);
  if (length < 16 + keyBytes || length > keyBytes + 40 || length % 8 !== 0) return null;
  const ref = recordRef(bytes, head);
  return ref.sequence === 0 ? null : ref;
}

/** Those that are not the index's names of now; the short DOS name only where no other of its file is left. */
function* chosen(reading: Reading, { directory, current, found }: Scan): Iterable<FormerName> {
  const long = new Set<number>();
  for (const { name, ref } of found) if (ref !== null && name.kind !== 2) long.add(ref.record);
  for (const former of found) {
    const { name, ref } = former;
    if (current.has(nameKey(directory.number, name.name, ref === null ? 0 : ref.record + 1))) continue;
    if (name.kind === 2) {
      if (ref === null || long.has(ref.record)) continue;
      const record = reading.volume.table.record(ref.record);
      if (record !== null && livedAs(record, ref.sequence)) continue;
    }
    yield former;
  }
}
