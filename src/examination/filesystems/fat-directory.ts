import {
  DELETED,
  DIRECTORY,
  ENTRY_BYTES,
  type EntryBounds,
  type FatEntry,
  isDotEntry,
  isLongNamePiece,
  isPlausibleEntry,
  readFatEntry,
  VOLUME_LABEL,
} from "./fat-entry.ts";
import { type LongPiece, labelName, longNameOf, longNameText, readLongPiece, shortName } from "./fat-name.ts";
import type { FatReader } from "./fat-reader.ts";
import type { ByteRange } from "./file-entry.ts";
import { type Found, type TreeNode, type TreeRecord, type TreeRules, walkTree } from "./tree-walk.ts";
import { readAround } from "./volume-bytes.ts";

/** A directory's entry with its name. */
export interface FatRecord extends TreeRecord {
  entry: FatEntry;
}

export type FatFound = Found<FatRecord>;

const WINDOW = 64 * 1024;
const MOST_PIECES = 20;

/** Pieces of long names seen since the last short entry, nearest first, and whether the end mark was passed. */
interface ReadState {
  pieces: LongPiece[];
  ended: boolean;
}

/** The entries of a directory in the order they stand, without "." and ".."; what no system can have written is left out. */
export function* readFatDirectory(reader: FatReader, ranges: ByteRange[]): Generator<FatRecord> {
  const state: ReadState = { pieces: [], ended: false };
  for (const { startByte, lengthBytes } of ranges) {
    for (let at = 0; at < lengthBytes; at += WINDOW) {
      const window = { startByte: startByte + at, lengthBytes: Math.min(WINDOW, lengthBytes - at) };
      for (const piece of readAround(reader.read, window)) {
        yield* readPiece(reader, piece, state);
        if (piece.bytes.length < window.lengthBytes) state.pieces = [];
      }
    }
  }
}

function* readPiece(
  reader: FatReader,
  { atByte, bytes }: { atByte: number; bytes: Uint8Array },
  state: ReadState,
): Generator<FatRecord> {
  for (let within = 0; within + ENTRY_BYTES <= bytes.length; within += ENTRY_BYTES) {
    if (bytes[within] === 0) {
      state.ended = true;
      state.pieces = [];
      continue;
    }
    const record = new DataView(bytes.buffer, bytes.byteOffset + within, ENTRY_BYTES);
    const found = readRecord(reader, { record, atByte: atByte + within }, state);
    if (found !== null) yield found;
  }
}

/** Walks FAT directories. */
export function walkFat(
  reader: FatReader,
  roots: TreeNode[],
  enter: TreeRules<FatRecord>["enter"],
): Generator<FatFound> {
  const records = (node: TreeNode) => readFatDirectory(reader, node.ranges);
  return walkTree(roots, { records, enter, note: reader.note });
}

function readRecord(reader: FatReader, at: { record: DataView; atByte: number }, state: ReadState): FatRecord | null {
  const { record, atByte } = at;
  if (isLongNamePiece(record)) {
    state.pieces.unshift(readLongPiece(record));
    if (state.pieces.length > MOST_PIECES) state.pieces.pop();
    return null;
  }
  const pieces = state.pieces;
  state.pieces = [];
  const entry = readFatEntry(record, reader.geometry.kind === "fat32");
  const gone = entry.deleted || (state.ended && !reader.behindEnd.has(atByte));
  if (isDotEntry(entry.name) || !(gone ? isPlausibleEntry({ record, entry }, bounds(reader), false) : isPresent(entry)))
    return null;
  const name = nameOf(reader, { entry, pieces, atByte });
  // A label is no directory, whatever else it says.
  const directory = (entry.attributes & (DIRECTORY | VOLUME_LABEL)) === DIRECTORY;
  return { atByte, entry, gone, directory, cluster: entry.cluster, name };
}

/** What a plausible entry of a volume must lie within. */
export function bounds({ geometry }: FatReader): EntryBounds {
  return geometry;
}

/** A present entry may be odd, but not garbage. */
function isPresent({ attributes, name }: FatEntry): boolean {
  return attributes < 0x40 && name.every((byte, i) => byte >= 0x20 || (i === 0 && byte === 0x05));
}

function nameOf(reader: FatReader, of: { entry: FatEntry; pieces: LongPiece[]; atByte: number }): Uint8Array {
  const { entry, pieces, atByte } = of;
  if ((entry.attributes & VOLUME_LABEL) !== 0 && entry.cluster === 0) return labelName(entry.name);
  const long = longNameOf(entry, pieces);
  if (long === "foreign") {
    if (!entry.deleted && pieces[0]?.order !== DELETED) reader.note("long-name-checksum", atByte);
    return shortName(entry);
  }
  return long === null ? shortName(entry) : longNameText(long);
}
