import type { ByteSource } from "#examination/sources";
import type { ByteRange, FileEntry } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { u16 } from "./ntfs-fields.ts";
import { type NoteProblem, problemList } from "./problem.ts";
import { longPlace, readUdfLayout, tagOf, UDF_TAG, type UdfPlace, udfName } from "./udf-descriptor.ts";
import { type UdfFile, type UdfReading, udfByte, udfFile, udfFileOf } from "./udf-file.ts";
import { contentOf, earlierTables, virtualTable } from "./udf-tables.ts";
import { pagedReader, volumeReader } from "./volume-bytes.ts";
import { entryMark } from "./vss-mark.ts";

const PAGE = 64 * 1024;
const PAGES = 64;
const DEEPEST = 256;
const MOST_ENTRIES = 10_000_000;
const RANGES_LIMIT = 2_000_000;

/** UDF 1.02 to 2.60 on discs and sticks; null where the volume is none. @see FileSystemReader */
export function openUdf(volume: ByteSource): FileSystem | null {
  const { problems, note } = problemList();
  const reading = openReading(volume, note);
  if (reading === null) return null;
  const { layout } = reading;
  if (layout.endByte > volume.sizeBytes)
    note("volume-cut", volume.sizeBytes, { says: layout.endByte, has: volume.sizeBytes });
  openMaps(reading);
  return {
    kind: "udf",
    label: layout.label,
    blockBytes: layout.blockBytes,
    sizeBytes: layout.endByte,
    entries: () => udfEntries({ ...reading, budget: budgetOf(volume) }),
    unallocated: () => openRanges({ ...reading, budget: budgetOf(volume) }),
    problems,
  };
}

function openReading(volume: ByteSource, note: NoteProblem): UdfReading | null {
  const read = pagedReader(volumeReader(volume, note), PAGE, PAGES);
  const layout = readUdfLayout(read, volume.sizeBytes);
  if (layout === null) return null;
  return { volume, layout, read, note, metadata: new Map(), virtual: new Map(), budget: budgetOf(volume) };
}

/** What earlier sessions of a disc that is written piece by piece name and its newest one does not, the oldest first. */
export function openUdfSessions(volume: ByteSource, current: FileSystem): FileSystem[] {
  const { problems, note } = problemList();
  const reading = openReading(volume, note);
  const number = reading?.layout.maps.findIndex(({ kind }) => kind === "virtual") ?? -1;
  const map = reading?.layout.maps[number];
  if (reading === null || map === undefined) return [];
  const plain = reading.layout.maps.findIndex((one) => one.kind === "plain" && one.startByte === map.startByte);
  const tables = earlierTables(reading, Math.max(0, plain)).reverse();
  return tables.map((table, i) => {
    const own = (): UdfReading => ({ ...reading, virtual: new Map([[number, table]]), budget: budgetOf(volume) });
    const entries = () => differing(udfEntries(own()), current);
    return { ...current, link: `udf-session${i + 1}`, entries, unallocated: () => [], problems };
  });
}

function* differing(entries: Iterable<FileEntry>, current: FileSystem): Generator<FileEntry> {
  const known = new Set<number>();
  for (const entry of current.entries()) if (known.size < RANGES_LIMIT) known.add(entryMark({ ...entry, id: 0 }));
  for (const entry of entries) if (!known.has(entryMark({ ...entry, id: 0 }))) yield entry;
}

function budgetOf({ sizeBytes }: ByteSource): UdfReading["budget"] {
  return { directoryBytes: 4 * sizeBytes + 1024 * 1024 * 1024, continued: 1_000_000 };
}

/** Opens partitions that stand in a file, or whose blocks were moved with every writing. */
function openMaps(reading: UdfReading): void {
  const { layout, read, note } = reading;
  for (const [i, map] of layout.maps.entries()) {
    const plain = layout.maps.findIndex((one) => one.kind === "plain" && one.startByte === map.startByte);
    if (map.kind === "metadata") {
      const atByte = map.startByte + map.fileBlock * layout.blockBytes;
      const file = udfFileOf(reading, read(atByte, layout.blockBytes), { atByte, partition: Math.max(0, plain) });
      if (file === null) note("partition-unknown", atByte);
      else reading.metadata.set(i, file.stream.extents);
    } else if (map.kind === "virtual") {
      const found = virtualTable(reading, Math.max(0, plain));
      if (found === null) note("partition-unknown");
      else reading.virtual.set(i, found.table);
    } else if (map.kind === "unknown") note("partition-unknown");
  }
}

interface Named {
  name: Uint8Array;
  place: UdfPlace;
  gone: boolean;
  atByte: number;
}

/** Everything the tree names, deleted names last; each directory is read once. */
function* udfEntries(reading: UdfReading): Generator<FileEntry> {
  const gone: FileEntry[] = [];
  let entries = 0;
  for (const { path, named, file } of walk(reading)) {
    if (++entries > MOST_ENTRIES) {
      reading.note("too-many-entries", null, { limit: MOST_ENTRIES });
      return;
    }
    if (named.gone || file === null) {
      const state = named.gone ? ("deleted" as const) : ("allocated" as const);
      const base = { path, id: named.atByte, kind: "file" as const, state };
      const entry: FileEntry = { ...base, certainty: "name-only", times: {}, streams: [] };
      if (named.gone) gone.push(entry);
      else yield entry;
      continue;
    }
    const whole = !file.stream.extents.some(({ lost }) => lost);
    const streams = file.kind === "other" ? [] : [file.stream];
    const certainty = whole ? "proven" : "partly-overwritten";
    yield { path, id: file.atByte, kind: file.kind, state: "allocated", certainty, times: file.times, streams };
  }
  yield* gone;
}

interface Met {
  path: Uint8Array[];
  named: Named;
  file: UdfFile | null;
}

function* walk(reading: UdfReading): Generator<Met> {
  const root = rootOf(reading);
  if (root === null) {
    reading.note("root-missing");
    return;
  }
  const seen = new Set([root.atByte]);
  const waiting: { path: Uint8Array[]; file: UdfFile }[] = [{ path: [], file: root }];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const inner: { path: Uint8Array[]; file: UdfFile }[] = [];
    for (const named of namesOf(reading, node.file)) {
      const path = [...node.path, named.name];
      const file = named.gone ? null : udfFile(reading, named.place);
      if (file === null && !named.gone) reading.note("inode-damaged", named.atByte, { inode: named.place.block });
      yield { path, named, file };
      if (file?.kind !== "directory") continue;
      if (seen.has(file.atByte)) reading.note("directory-loop", file.atByte);
      else if (path.length >= DEEPEST) reading.note("too-deep", file.atByte, { limit: DEEPEST });
      else {
        seen.add(file.atByte);
        inner.push({ path, file });
      }
    }
    for (const child of inner.reverse()) waiting.push(child);
  }
}

function rootOf(reading: UdfReading): UdfFile | null {
  const { fileSet, blockBytes } = reading.layout;
  const atByte = udfByte(reading, fileSet.partition, fileSet.block);
  const bytes = atByte === null ? new Uint8Array(0) : reading.read(atByte, blockBytes);
  return tagOf(bytes) === UDF_TAG.fileSet ? udfFile(reading, longPlace(bytes, 400)) : null;
}

/** The names of a directory, without its parent's. */
function* namesOf(reading: UdfReading, file: UdfFile): Generator<Named> {
  const { atByte } = file;
  const bytes = contentOf(reading, file);
  for (let at = 0; at + 38 <= bytes.length; ) {
    const record = bytes.subarray(at);
    const end = 38 + u16(record, 36) + (record[19] ?? 0);
    if (tagOf(record) !== UDF_TAG.name || end > record.length) {
      reading.note("directory-damaged", atByte, { inode: at });
      return;
    }
    const traits = record[18] ?? 0;
    const name = udfName(record.subarray(38 + u16(record, 36), end));
    if ((traits & 8) === 0) yield { name, place: longPlace(record, 20), gone: (traits & 4) !== 0, atByte: atByte + at };
    at += (end + 3) & ~3;
  }
}

/** What of the partitions no file, folder or entry covers, and what stands outside of them. */
function* openRanges(reading: UdfReading): Generator<ByteRange> {
  const { layout, volume } = reading;
  const used: ByteRange[] = [];
  const add = (startByte: number, lengthBytes: number): void => {
    const whole = Math.ceil(lengthBytes / layout.blockBytes) * layout.blockBytes;
    if (used.length < RANGES_LIMIT && whole > 0) used.push({ startByte, lengthBytes: whole });
  };
  const addFile = ({ atByte, stream }: UdfFile): void => {
    add(atByte, layout.blockBytes);
    for (const { startByte, lengthBytes } of stream.extents) if (startByte !== null) add(startByte, lengthBytes);
  };
  const root = rootOf(reading);
  if (root !== null) addFile(root);
  for (const { file } of walk(reading)) if (file !== null) addFile(file);
  for (const extents of reading.metadata.values()) {
    for (const { startByte, lengthBytes } of extents) if (startByte !== null) add(startByte, lengthBytes);
  }
  used.sort((a, b) => a.startByte - b.startByte);
  let covered = 0;
  for (const { startByte, lengthBytes } of [...used, { startByte: volume.sizeBytes, lengthBytes: 0 }]) {
    const end = Math.min(startByte, volume.sizeBytes);
    if (end > covered) yield { startByte: covered, lengthBytes: end - covered };
    covered = Math.max(covered, startByte + lengthBytes);
  }
}
