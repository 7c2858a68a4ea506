import { ReadError } from "#examination/sources";
import { u16, u32 } from "./ntfs-fields.ts";
import { type UdfFile, type UdfReading, udfFileOf } from "./udf-file.ts";

// On a disc that is written piece by piece blocks are found by a table, which is written anew with every session and names
// the place of the one before. @see UDF 2.60 §2.2.11; before 2.00 the table ends in its name and that place

const DIRECTORY_LIMIT = 64 * 1024 * 1024;
/** Behind the last sector that was written an image may be filled up with zeros. */
const LAST_SECTORS = 32_768;
const WRITTEN_SECTORS = 512;
const SESSIONS_LIMIT = 100;
const MODERN = 248;
const NONE = 0xffffffff;

/** Where every virtual block stands, and the block of the table before this one. */
interface VirtualTable {
  table: Uint32Array;
  previous: number;
}

/** The newest table: the last file that was written. */
export function virtualTable(reading: UdfReading, partition: number): VirtualTable | null {
  const { blockBytes } = reading.layout;
  const last = Math.floor(reading.volume.sizeBytes / blockBytes) - 1;
  let written = 0;
  for (let sector = last; sector >= 0 && sector > last - LAST_SECTORS && written < WRITTEN_SECTORS; sector--) {
    const bytes = reading.read(sector * blockBytes, blockBytes);
    if (u32(bytes, 0) === 0 && u32(bytes, 12) === 0) continue;
    written++;
    const found = tableAt(reading, sector * blockBytes, partition);
    if (found !== null) return found;
  }
  return null;
}

/** The tables of earlier sessions, the newest first. */
export function earlierTables(reading: UdfReading, partition: number): Uint32Array[] {
  const { blockBytes, maps } = reading.layout;
  const startByte = maps[partition]?.startByte ?? 0;
  const seen = new Set<number>();
  const tables: Uint32Array[] = [];
  for (let found = virtualTable(reading, partition); found !== null && tables.length < SESSIONS_LIMIT; ) {
    const { previous } = found;
    if (previous === NONE || previous === 0 || seen.has(previous)) break;
    seen.add(previous);
    found = tableAt(reading, startByte + previous * blockBytes, partition);
    if (found !== null) tables.push(found.table);
  }
  return tables;
}

function tableAt(reading: UdfReading, atByte: number, partition: number): VirtualTable | null {
  const bytes = reading.read(atByte, reading.layout.blockBytes);
  const modern = bytes[27] === MODERN;
  const file = modern || bytes[27] === 0 ? udfFileOf(reading, bytes, { atByte, partition }) : null;
  if (file === null) return null;
  const content = contentOf(reading, file);
  const start = modern ? u16(content, 0) : 0;
  const end = modern ? content.length : content.length - 36;
  const count = Math.max(0, Math.floor((end - start) / 4));
  const table = Uint32Array.from({ length: count }, (_, i) => u32(content, start + 4 * i));
  return { table, previous: content.length < 136 && modern ? NONE : u32(content, modern ? 132 : content.length - 4) };
}

/** All bytes of a directory or table, as far as they can be read. */
export function contentOf({ note, budget }: UdfReading, { stream, atByte }: UdfFile): Uint8Array {
  budget.directoryBytes -= Math.min(stream.read.sizeBytes, DIRECTORY_LIMIT);
  if (budget.directoryBytes < 0) {
    note("directory-too-long", atByte);
    return new Uint8Array(0);
  }
  const bytes = new Uint8Array(Math.min(stream.read.sizeBytes, DIRECTORY_LIMIT));
  try {
    return bytes.subarray(0, stream.read.readSync(bytes, 0));
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    note("unreadable", error.offsetBytes, { length: bytes.length - error.goodBytes });
    return bytes.subarray(0, error.goodBytes);
  }
}
