import { adler32 } from "./adler32.ts";
import type { EwfSection, EwfSegment } from "./ewf-sections.ts";
import { fields, filePlace, readPart } from "./fields.ts";
import type { ImageFile, ImageProblem } from "./image.ts";

/** A table of chunks: where its entries stand and what they are offsets into. */
export interface EwfTable {
  file: ImageFile;
  count: number;
  baseByte: number;
  /** First byte of the entries; `twinAt` of the same in table2, null where there is none. */
  entriesAt: number;
  twinAt: number | null;
  /** Whether a checksum follows the entries (not in the oldest form, where chunks follow). */
  footed: boolean;
  /** First byte behind the chunks. */
  dataEndByte: number;
  /** Places found without a table, which then has no entries. */
  scanned: ChunkPlace[] | null;
}

/** Tables in the order of their chunks; "gap" where an unknown number of chunks is not known of. */
export type EwfPiece = EwfTable | "gap";

/** A table with the number of its first chunk. */
export interface PlacedTable extends EwfTable {
  firstChunk: number;
}

const TABLE_HEADER_BYTES = 24;
const ENTRIES_LIMIT = 16 * 1024 * 1024;

/**
 * The tables of one segment in order; a table of which neither copy's header holds is a gap.
 *
 * @param scan Finds the chunks of a sectors section that no table follows; how many there were is still not known.
 */
export function segmentTables(
  segment: EwfSegment,
  problems: ImageProblem[],
  scan: (section: EwfSection) => ChunkPlace[],
): EwfPiece[] {
  const pieces: EwfPiece[] = [];
  let sectors: EwfSection | null = null;
  let open = false; // the last piece stands for the current sectors section and may get its twin
  for (const section of segment.sections) {
    if (section.type === "sectors") {
      if (!open && sectors !== null) pieces.push(...untabled(segment.file, scan(sectors)));
      sectors = section;
      open = false;
    } else if (section.type === "table" || section.type === "table2") {
      const table = readTable(segment.file, section, sectors);
      if (table === null) {
        problems.push({ place: filePlace(segment.file.name, section.dataByte), what: "checksum", values: {} });
      }
      const last = pieces.at(-1);
      const second = section.type === "table2" && open;
      if (second && last !== undefined && last !== "gap")
        last.twinAt = table?.count === last.count ? table.entriesAt : null;
      else if (second) pieces[pieces.length - 1] = table ?? "gap";
      else pieces.push(table ?? "gap");
      open = true;
    }
  }
  if (sectors !== null && !open) pieces.push(...untabled(segment.file, scan(sectors)));
  return pieces;
}

function untabled(file: ImageFile, scanned: ChunkPlace[]): EwfPiece[] {
  const table = {
    file,
    count: scanned.length,
    baseByte: 0,
    entriesAt: 0,
    twinAt: null,
    footed: false,
    dataEndByte: 0,
    scanned,
  };
  return scanned.length === 0 ? ["gap"] : [table, "gap"];
}

function readTable(file: ImageFile, section: EwfSection, sectors: EwfSection | null): EwfTable | null {
  const header = fields(readPart(file.source, section.dataByte, TABLE_HEADER_BYTES));
  const count = header.u32(0);
  const entriesAt = section.dataByte + TABLE_HEADER_BYTES;
  if (header.bytes.length < TABLE_HEADER_BYTES || adler32(header.bytes.subarray(0, 20)) !== header.u32(20)) return null;
  if (count > ENTRIES_LIMIT || entriesAt + count * 4 > section.endByte) return null;
  return {
    file,
    count,
    baseByte: header.u64(8),
    entriesAt,
    twinAt: null,
    footed: sectors !== null && entriesAt + count * 4 + 4 <= section.endByte,
    dataEndByte: sectors?.endByte ?? section.endByte,
    scanned: null,
  };
}

/**
 * Gives each table the number of its first chunk: from the start up to the first gap, and back from the end to the
 * last. What lies between two gaps cannot be placed.
 *
 * @param chunks Chunks of the whole media.
 * @returns The placed tables by first chunk, and how many chunks could not be placed.
 */
export function placeTables(pieces: readonly EwfPiece[], chunks: number): { tables: PlacedTable[]; unplaced: number } {
  const all = pieces.filter((piece) => piece !== "gap");
  const listed = all.reduce((sum, { count }) => sum + count, 0);
  const whole = listed >= chunks || !pieces.includes("gap");
  const firstGap = whole ? pieces.length : pieces.indexOf("gap");
  const lastGap = whole ? pieces.length : pieces.lastIndexOf("gap");
  const tables: PlacedTable[] = [];
  let next = 0;
  for (const piece of pieces.slice(0, firstGap)) {
    if (piece === "gap") continue;
    tables.push({ ...piece, firstChunk: next });
    next += piece.count;
  }
  const tail = pieces.slice(lastGap + 1).filter((piece) => piece !== "gap");
  let from = chunks - tail.reduce((sum, { count }) => sum + count, 0);
  if (from < next) return { tables, unplaced: listed - next };
  for (const piece of tail) {
    tables.push({ ...piece, firstChunk: from });
    from += piece.count;
  }
  return { tables, unplaced: listed - tables.reduce((sum, { count }) => sum + count, 0) };
}

/** Offset and flag of one chunk, and the first byte that is not its own. */
export interface ChunkPlace {
  startByte: number;
  endByte: number;
  packed: boolean;
}

/** Entries of a table as absolute places. */
export interface TableEntries {
  placeOf(index: number): ChunkPlace | null;
}

/**
 * Reads a table's entries, from its twin where they do not agree with their checksum.
 *
 * @see Metz, EWF specification, "Table section": the highest bit says that the chunk is packed; EnCase 6.7 and later
 *   write chunks beyond 2 GiB of a segment, all stored, and then all 32 bits are the offset
 */
export function readEntries(table: EwfTable, problems: ImageProblem[]): TableEntries {
  const { scanned } = table;
  if (scanned !== null) return { placeOf: (index) => scanned[index] ?? null };
  const { words, sound } = entryWords(table, table.entriesAt);
  let chosen = words;
  if (!sound) {
    problems.push({ place: filePlace(table.file.name, table.entriesAt), what: "checksum", values: {} });
    const twin = table.twinAt === null ? null : entryWords(table, table.twinAt);
    if (twin?.sound === true) chosen = twin.words;
  }
  const overflow = overflowIndex(chosen);
  const offsetAt = (index: number): number =>
    index >= overflow ? (chosen[index] ?? 0) : (chosen[index] ?? 0) & 0x7fffffff;
  return {
    placeOf: (index) => {
      if (index >= chosen.length) return null;
      const startByte = table.baseByte + offsetAt(index);
      const next = index + 1 < chosen.length ? table.baseByte + offsetAt(index + 1) : table.dataEndByte;
      const endByte = Math.min(next > startByte ? next : table.dataEndByte, table.file.source.sizeBytes);
      const packed = index < overflow && (chosen[index] ?? 0) >= 0x80000000;
      return endByte > startByte ? { startByte, endByte, packed } : null;
    },
  };
}

function entryWords(table: EwfTable, at: number): { words: Uint32Array; sound: boolean } {
  const bytes = readPart(table.file.source, at, table.count * 4 + 4);
  const record = fields(bytes);
  const count = Math.min(table.count, Math.floor(bytes.length / 4));
  const words = Uint32Array.from({ length: count }, (_, i) => record.u32(i * 4));
  const footer = record.u32(table.count * 4);
  const sound = count === table.count && (!table.footed || adler32(bytes.subarray(0, table.count * 4)) === footer);
  return { words, sound };
}

/** First entry that uses all 32 bits: the one after the chunk that ends beyond 2^31; past the end where none does. */
function overflowIndex(words: Uint32Array): number {
  for (let i = 0; i + 1 < words.length; i++) {
    const [own, next] = [(words[i] ?? 0) & 0x7fffffff, words[i + 1] ?? 0];
    if ((next & 0x7fffffff) < own && next > own) return i + 1;
  }
  return words.length;
}
