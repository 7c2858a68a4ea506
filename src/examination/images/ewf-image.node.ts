import { inflateAtOnce } from "#base/unpacking/node";
import { adler32 } from "./adler32.ts";
import { type BudgetCache, budgetCache } from "./budget-cache.ts";
import { type EwfVolume, ewfAcquisition, ewfVolume } from "./ewf-facts.node.ts";
import { segmentSet } from "./ewf-names.ts";
import { scanChunks } from "./ewf-scan.node.ts";
import { type EwfSegment, ewfFileHeader, walkSections } from "./ewf-sections.ts";
import {
  type EwfPiece,
  type PlacedTable,
  placeTables,
  readEntries,
  segmentTables,
  type TableEntries,
} from "./ewf-tables.ts";
import { fields, filePlace, readPart } from "./fields.ts";
import type { ImageFile, ImageProblem, MediaRange, OpenImage, Refusal, Siblings } from "./image.ts";
import { latin } from "./latin.ts";
import { mappedMedia, type Stretch, type Unread } from "./mapped-media.ts";

const CHUNKS_BUDGET_BYTES = 32 * 1024 * 1024;
const TABLES_BUDGET_BYTES = 32 * 1024 * 1024;
/** Segment numbers are 16 bits; names end at ZZZ: 14,971. */
const SEGMENTS_LIMIT = 14_971;

/**
 * Opens an Expert Witness image (E01 of EnCase 1 to 7, FTK and others; s01): all its segments, by the name of any.
 *
 * @returns Null where the file is none; a refusal for kinds that are not read. Missing segments are unread ranges.
 * @see Metz, Expert Witness Compression Format specification (2006-2023)
 */
export function openEwf(file: ImageFile, siblings: Siblings): OpenImage | Refusal | null {
  const header = ewfFileHeader(readPart(file.source, 0, 13));
  if (header === null) return null;
  if (header.kind !== "ewf") return { refused: header.kind, values: {} };
  const problems: ImageProblem[] = [];
  const segments = openSegments(file, { number: header.number, siblings, problems });
  const volume = ewfVolume(
    segments.filter((segment) => segment !== null),
    problems,
  );
  if (volume === null) {
    const refused = segments[0] === null ? "ewf-first-segment" : "ewf-damaged";
    return { refused, values: { file: latin(file.name) } };
  }
  return ewfImage(segments, volume, problems);
}

/** Segments by number, from 1; null for those that are missing. */
function openSegments(
  file: ImageFile,
  { number, siblings, problems }: { number: number; siblings: Siblings; problems: ImageProblem[] },
): (EwfSegment | null)[] {
  const names = segmentSet({ name: file.name, number }, siblings.names());
  const last = Math.min(SEGMENTS_LIMIT, Math.max(...names.keys()));
  const segments: (EwfSegment | null)[] = [];
  for (let at = 1; at <= last; at++) {
    const name = names.get(at);
    const source = name === undefined ? null : at === number ? file.source : siblings.open(name);
    const header = source === null ? null : ewfFileHeader(readPart(source, 0, 13));
    const sound = name !== undefined && source !== null && header?.kind === "ewf" && header.number === at;
    if (!sound && source !== null && name !== undefined) {
      problems.push({ place: filePlace(name, 0), what: "other-set", values: {} });
    }
    segments.push(sound ? walkSections({ name, source }, at, problems) : null);
    // What follows the last segment is something else with a name like one: "disk.vdi" beside "disk.E01".
    if (segments.at(-1)?.ended === "done") break;
  }
  return segments;
}

function ewfImage(segments: (EwfSegment | null)[], volume: EwfVolume, problems: ImageProblem[]): OpenImage {
  const there = segments.filter((segment) => segment !== null);
  const last = segments.at(-1) ?? null;
  const pieces: EwfPiece[] = segments.flatMap((segment) =>
    segment === null
      ? ["gap" as const]
      : [
          ...segmentTables(segment, problems, (section) => scanChunks(segment.file, section, volume.chunkBytes)),
          ...(segment.ended === "broken" ? ["gap" as const] : []),
        ],
  );
  if (last?.ended === "next") pieces.push("gap");
  const sizeBytes = volume.sectors * volume.sectorBytes;
  const chunks = Math.ceil(sizeBytes / volume.chunkBytes);
  const { tables, unplaced } = placeTables(pieces, chunks);
  const place = filePlace(there[0]?.file.name ?? new Uint8Array(0), 0);
  const missing = missingSegments(segments);
  if (missing !== "") problems.push({ place, what: "missing-segments", values: { segments: missing } });
  if (chunks !== volume.chunks)
    problems.push({ place, what: "size-differs", values: { chunks: volume.chunks, expected: chunks } });
  if (unplaced > 0) problems.push({ place, what: "unplaced-chunks", values: { chunks: unplaced } });
  const stretchAt = chunkReader({ tables, volume, sizeBytes, problems });
  return {
    format: "ewf",
    variant: "",
    files: there.map(({ file }) => file.name),
    media: mappedMedia(sizeBytes, stretchAt),
    unread: unlisted(tables, { chunkBytes: volume.chunkBytes, sizeBytes }),
    acquisition: ewfAcquisition(there, volume.sectorBytes, problems),
    problems,
  };
}

/** Numbers of the segments that are not there, as ranges: "2-3, 7 and later". */
function missingSegments(segments: (EwfSegment | null)[]): string {
  const ranges: string[] = [];
  for (let at = 0; at < segments.length; at++) {
    if (segments[at] !== null) continue;
    const from = at;
    while (at + 1 < segments.length && segments[at + 1] === null) at++;
    ranges.push(from === at ? `${from + 1}` : `${from + 1}-${at + 1}`);
  }
  if (segments.at(-1)?.ended === "next") ranges.push(`${segments.length + 1}-`);
  return ranges.join(", ");
}

/** Ranges of the media that no table lists. */
function unlisted(tables: readonly PlacedTable[], media: { chunkBytes: number; sizeBytes: number }): MediaRange[] {
  const ranges: MediaRange[] = [];
  let from = 0;
  const until = (endByte: number): void => {
    if (endByte > from) ranges.push({ startByte: from, lengthBytes: endByte - from });
  };
  for (const { firstChunk, count } of tables) {
    until(Math.min(media.sizeBytes, firstChunk * media.chunkBytes));
    from = Math.max(from, Math.min(media.sizeBytes, (firstChunk + count) * media.chunkBytes));
  }
  until(media.sizeBytes);
  return ranges;
}

interface ChunkReading {
  tables: PlacedTable[];
  volume: EwfVolume;
  sizeBytes: number;
  problems: ImageProblem[];
}

const MISSING: Unread = { is: "unread", why: "vanished", code: "MISSING" };
const BAD_ENTRY: Unread = { is: "unread", why: "input-error", code: "TABLE" };
const BAD_SUM: Unread = { is: "unread", why: "input-error", code: "CHECKSUM" };

function chunkReader({ tables, volume, sizeBytes, problems }: ChunkReading) {
  const { chunkBytes } = volume;
  const entries: BudgetCache<TableEntries> = budgetCache(TABLES_BUDGET_BYTES);
  const plain: BudgetCache<Uint8Array | Unread> = budgetCache(CHUNKS_BUDGET_BYTES);
  const entriesOf = (table: PlacedTable): TableEntries => {
    const known = entries.get(table.firstChunk);
    if (known !== undefined) return known;
    const read = readEntries(table, problems);
    entries.set(table.firstChunk, read, table.count * 4 + 256);
    return read;
  };
  const load = (table: PlacedTable, chunk: number): Uint8Array | Unread => {
    const known = plain.get(chunk);
    if (known !== undefined) return known;
    const place = entriesOf(table).placeOf(chunk - table.firstChunk);
    const wantedBytes = Math.min(chunkBytes, sizeBytes - chunk * chunkBytes);
    const got = place === null ? BAD_ENTRY : readChunk(table.file, place, { chunkBytes, wantedBytes });
    plain.set(chunk, got, got instanceof Uint8Array ? got.length : 64);
    return got;
  };
  return (offsetBytes: number): { endByte: number; stretch: Stretch } => {
    const chunk = Math.floor(offsetBytes / chunkBytes);
    const startByte = chunk * chunkBytes;
    const table = tableOf(tables, chunk);
    if (table === undefined) return { endByte: startByte + chunkBytes, stretch: MISSING };
    return {
      endByte: startByte + chunkBytes,
      stretch: { is: "block", load: () => load(table, chunk), skip: offsetBytes - startByte },
    };
  };
}

function tableOf(tables: readonly PlacedTable[], chunk: number): PlacedTable | undefined {
  let [low, high] = [0, tables.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tables[middle]?.firstChunk ?? 0) <= chunk) low = middle + 1;
    else high = middle;
  }
  const table = tables[low - 1];
  return table !== undefined && chunk < table.firstChunk + table.count ? table : undefined;
}

function readChunk(
  file: ImageFile,
  place: { startByte: number; endByte: number; packed: boolean },
  { chunkBytes, wantedBytes }: { chunkBytes: number; wantedBytes: number },
): Uint8Array | Unread {
  // Deflate adds at most 5 bytes to each 16 KiB, and a frame.
  const limit = chunkBytes + Math.ceil(chunkBytes / 1024) + 64;
  const bytes = readPart(file.source, place.startByte, Math.min(place.endByte - place.startByte, limit));
  if (place.packed) {
    try {
      const plain = inflateAtOnce(bytes, "zlib", {
        maxOutputLength: chunkBytes,
        chunkSize: Math.max(64, chunkBytes + 64),
      }).bytes;
      return plain.length < wantedBytes ? BAD_SUM : plain;
    } catch {
      return BAD_SUM;
    }
  }
  const length = Math.min(chunkBytes, bytes.length - 4);
  if (length < wantedBytes) return { is: "unread", why: "vanished", code: "ENDED" };
  const stored = bytes.subarray(0, length);
  return adler32(stored) === fields(bytes).u32(length) ? stored : BAD_SUM;
}
