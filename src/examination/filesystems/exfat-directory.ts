import type { ExfatReader } from "./exfat-reader.ts";
import { type ExfatSet, isSecondary, readSet, SET_RECORD_BYTES, type SetRecords, setLength } from "./exfat-set.ts";
import type { ByteRange } from "./file-entry.ts";
import { type Found, type TreeNode, type TreeRecord, type TreeRules, walkTree } from "./tree-walk.ts";
import { utf8OfUtf16 } from "./utf16-name.ts";
import { readAround } from "./volume-bytes.ts";

/** A directory's entry set with its name. */
export interface ExfatRecord extends TreeRecord {
  set: ExfatSet;
}

export type ExfatFound = Found<ExfatRecord>;

const WINDOW = 64 * 1024;

/** A set that is being collected, and whether the end mark was passed. */
interface ReadState {
  set: (SetRecords & { atByte: number; records: number }) | null;
  ended: boolean;
}

/**
 * The entry sets of a directory in the order they stand.
 *
 * @param strict Only sets whose checksum agrees: for bytes no present entry points to.
 */
function* readExfatDirectory(
  reader: Pick<ExfatReader, "read" | "note" | "upcase">,
  ranges: ByteRange[],
  strict: boolean,
): Generator<ExfatRecord> {
  const state: ReadState = { set: null, ended: false };
  for (const { startByte, lengthBytes } of ranges) {
    for (let at = 0; at < lengthBytes; at += WINDOW) {
      const window = { startByte: startByte + at, lengthBytes: Math.min(WINDOW, lengthBytes - at) };
      for (const { atByte, bytes } of readAround(reader.read, window)) {
        for (let within = 0; within + SET_RECORD_BYTES <= bytes.length; within += SET_RECORD_BYTES) {
          const record = bytes.subarray(within, within + SET_RECORD_BYTES);
          const set = collect(record, atByte + within, state);
          const found = set === null ? null : toRecord(reader, set, { strict, ended: state.ended });
          if (found !== null) yield found;
        }
        if (bytes.length < window.lengthBytes) state.set = null;
      }
    }
  }
}

/** Adds a record to the set it belongs to; gives the set when it is whole. */
function collect(record: Uint8Array, atByte: number, state: ReadState): ReadState["set"] {
  if (record[0] === 0) {
    state.ended = true;
    state.set = null;
    return null;
  }
  if (state.set !== null && isSecondary(record)) state.set.bytes.push(record);
  else {
    const { records, headless } = setLength(record);
    state.set = records === 0 ? null : { bytes: [record], headless, atByte, records };
  }
  const { set } = state;
  if (set === null || set.bytes.length < set.records) return null;
  state.set = null;
  return set;
}

function toRecord(
  reader: Pick<ExfatReader, "note" | "upcase">,
  records: SetRecords & { atByte: number },
  how: { strict: boolean; ended: boolean },
): ExfatRecord | null {
  const set = readSet(records, reader.upcase);
  if (set === null) return null;
  const { atByte } = records;
  const gone = set.gone || how.ended;
  if (!set.verified) {
    if (gone || how.strict) return null;
    reader.note("set-checksum", atByte);
  }
  return { atByte, gone, set, name: utf8OfUtf16(set.units), directory: set.directory, cluster: set.cluster };
}

/** Walks exFAT directories. */
export function walkExfat(
  reader: ExfatReader,
  roots: TreeNode[],
  enter: TreeRules<ExfatRecord>["enter"],
): Generator<ExfatFound> {
  const records = (node: TreeNode) => readExfatDirectory(reader, node.ranges, node.state !== "allocated");
  return walkTree(roots, { records, enter, note: reader.note });
}

/** Whether bytes of a whole cluster that nothing points to are (part of) a directory: a set in it agrees. */
export function holdsSets(reader: ExfatReader, bytes: Uint8Array): boolean {
  for (let at = 0; at < Math.min(bytes.length, MOST_BEFORE * SET_RECORD_BYTES); at += SET_RECORD_BYTES) {
    const record = bytes.subarray(at, at + SET_RECORD_BYTES);
    const { records } = setLength(record);
    if (records > 0 && holdsSetAt(reader, bytes.subarray(at, at + records * SET_RECORD_BYTES))) return true;
    if (((record[0] ?? 0) | 0x80) < 0xc0 && records === 0) return false;
  }
  return false;
}

/** Records of a set that began in the cluster before, and a first one of our own. */
const MOST_BEFORE = 19;

function holdsSetAt(reader: ExfatReader, bytes: Uint8Array): boolean {
  const from = { ...reader, read: () => bytes };
  for (const _ of readExfatDirectory(from, [{ startByte: 0, lengthBytes: bytes.length }], true)) return true;
  return false;
}
