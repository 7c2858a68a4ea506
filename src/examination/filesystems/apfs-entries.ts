import { type ByteSource, memorySource } from "#examination/sources";
import type { ApfsVolume } from "./apfs-container.ts";
import { type ApfsAttribute, type ApfsInode, apfsAttribute, apfsInode, untilZero } from "./apfs-inode.ts";
import { APFS_RECORD, type ApfsRecord, apfsRecords } from "./apfs-records.ts";
import { extentSource } from "./extent-source.ts";
import type { EntryKind, Extent, FileEntry, FileStream } from "./file-entry.ts";
import { unpackedStream } from "./hfs-compressed.ts";
import { u16, u32, u64 } from "./ntfs-fields.ts";
import type { NoteProblem } from "./problem.ts";

const ROOT = 2;
/** Holds what was deleted while it was open. */
const PRIVATE = 3;
const DEEPEST = 256;
const MOST_ENTRIES = 10_000_000;
const MOST_FOLDERS = 2_000_000;
const MOST_EXTENTS = 1_000_000;
const MOST_HEAD_BYTES = 1_048_576;
const TYPE = { mask: 0xf000, directory: 0x4000, file: 0x8000, link: 0xa000 } as const;
const OWN = { compressed: "com.apple.decmpfs", resources: "com.apple.ResourceFork", target: "com.apple.fs.symlink" };
const encoder = new TextEncoder();

/** What all readings of one volume share. */
export interface ApfsReading {
  source: ByteSource;
  volume: ApfsVolume;
  note: NoteProblem;
}

/** One listing: what is left of its budget, and whether its tree has gaps. */
interface Listing extends ApfsReading {
  extentsLeft: number;
  broken: boolean;
}

/** All records of one object. */
interface Group {
  id: number;
  inode: ApfsInode | null;
  attributes: ApfsAttribute[];
  /** Its names where it has several. */
  names: { parent: number; name: Uint8Array }[];
  extents: ApfsRecord[];
}

/** Everything the volume names, in the order of its numbers. */
export function* apfsEntries(given: ApfsReading): Generator<FileEntry> {
  const reading: Listing = {
    ...given,
    extentsLeft: 4 * given.volume.blocks.blocks + MOST_EXTENTS,
    broken: false,
    note: (what, atByte, values) => {
      if (what === "tree-broken") reading.broken = true;
      given.note(what, atByte, values);
    },
  };
  const pathOf = readFolders(reading);
  let count = 0;
  for (const group of groupsOf(reading)) {
    const { id, inode } = group;
    if (inode === null || id <= PRIVATE) continue;
    const own = inode.name === null ? [] : [{ parent: inode.parent, name: inode.name }];
    const names = group.names.length > 0 ? group.names : own;
    const streams = streamsOf(reading, group, inode);
    const target = group.attributes.find(({ name }) => name === OWN.target)?.bytes;
    for (const { parent, name } of names.length > 0 ? names : [{ parent: -1, name: encoder.encode(`inode-${id}`) }]) {
      if (++count > MOST_ENTRIES) return reading.note("too-many-entries", null, { limit: MOST_ENTRIES });
      const folder = pathOf(parent);
      const entry: FileEntry = {
        path: [...(folder ?? []), name],
        id,
        kind: kindOf(inode.mode),
        state: folder === null ? "orphan" : "allocated",
        certainty: streams.some(({ extents }) => extents.some(({ lost }) => lost)) ? "partly-overwritten" : "proven",
        times: inode.times,
        streams,
      };
      yield target ? { ...entry, target: untilZero(target) } : entry;
    }
  }
}

function kindOf(mode: number): EntryKind {
  const type = mode & TYPE.mask;
  if (type === TYPE.directory) return "directory";
  return type === TYPE.file ? "file" : type === TYPE.link ? "link" : "other";
}

/** The path of every folder, by one walk of the tree. */
function readFolders(reading: ApfsReading): (id: number) => Uint8Array[] | null {
  const folders = new Map<number, { parent: number; name: Uint8Array }>();
  for (const { id, kind, value } of scan(reading)) {
    if (kind !== APFS_RECORD.inode || (u16(value, 80) & TYPE.mask) !== TYPE.directory) continue;
    const { parent, name } = apfsInode(value);
    if (name === null || id <= PRIVATE) continue;
    if (folders.size >= MOST_FOLDERS) reading.note("too-many-entries", null, { limit: MOST_FOLDERS });
    else folders.set(id, { parent, name });
  }
  return (id) => {
    const path: Uint8Array[] = [];
    for (let at = id; at !== ROOT; ) {
      const folder = folders.get(at);
      if (folder === undefined) return null;
      if (path.length >= DEEPEST) {
        reading.note("directory-loop", null, { file: id });
        return null;
      }
      path.unshift(folder.name);
      at = folder.parent;
    }
    return path;
  };
}

function scan(reading: ApfsReading, from?: { id: number; kind: number }): Generator<ApfsRecord> {
  const { volume, note } = reading;
  const place = { root: volume.rootTree, virtual: true };
  return apfsRecords(volume, from === undefined ? place : { ...place, from }, note);
}

function* groupsOf(reading: ApfsReading): Generator<Group> {
  let group: Group = { id: -1, inode: null, attributes: [], names: [], extents: [] };
  for (const record of scan(reading)) {
    const { id, kind, key, value } = record;
    if (id !== group.id) {
      if (group.id >= 0) yield group;
      group = { id, inode: null, attributes: [], names: [], extents: [] };
    }
    if (kind === APFS_RECORD.inode) group.inode = apfsInode(value);
    else if (kind === APFS_RECORD.attribute && group.attributes.length < 1000) {
      group.attributes.push(apfsAttribute(key, value));
    } else if (kind === APFS_RECORD.sibling && group.names.length < 65_536) {
      group.names.push({ parent: u64(value, 0), name: untilZero(value.slice(10, 10 + u16(value, 8))) });
    } else if (kind === APFS_RECORD.extent && group.extents.length < MOST_EXTENTS) group.extents.push(record);
  }
  if (group.id >= 0) yield group;
}

function streamsOf(reading: Listing, group: Group, inode: ApfsInode): FileStream[] {
  const streams: FileStream[] = [];
  let head: Uint8Array | null = null;
  let resources: ByteSource | null = null;
  for (const { name, bytes, stream } of group.attributes) {
    const held =
      stream === null
        ? residentStream(name, bytes ?? new Uint8Array(0))
        : contentStream(reading, name, { ...stream, extents: extentsOf(reading, stream.content) });
    if (name === OWN.target) continue;
    if (name === OWN.compressed) head = bytes ?? headOf(held.read);
    else if (name === OWN.resources) {
      resources = held.read;
      streams.push({ ...held, name: "rsrc" });
    } else streams.push(held);
  }
  if (kindOf(inode.mode) !== "file") return streams;
  if (inode.compressed && head !== null) {
    const unpacked = unpackedStream(head, resources);
    if (unpacked === null) reading.note("compression-unknown", null, { file: group.id });
    return unpacked === null ? streams : [unpacked, ...streams];
  }
  if (reading.volume.unknown !== null) return streams;
  const extents = inode.content === group.id ? group.extents : extentsOf(reading, inode.content);
  return [contentStream(reading, null, { sizeBytes: inode.sizeBytes ?? 0, extents }), ...streams];
}

/** A head too long for its record stands in a stream of its own. */
function headOf(read: ByteSource): Uint8Array {
  const bytes = new Uint8Array(Math.min(read.sizeBytes, MOST_HEAD_BYTES));
  try {
    return bytes.subarray(0, read.readSync(bytes, 0));
  } catch {
    return new Uint8Array(0); // told as a way of packing that is not known
  }
}

function residentStream(name: string, bytes: Uint8Array): FileStream {
  const extents = bytes.length > 0 ? [{ startByte: null, lengthBytes: bytes.length }] : [];
  return { name, sizeBytes: bytes.length, read: memorySource(bytes), extents };
}

/** Records of the extents of another object; null where all that a container can hold was read already. */
function extentsOf(reading: Listing, id: number): ApfsRecord[] | null {
  const found: ApfsRecord[] = [];
  if (reading.extentsLeft <= 0) return null;
  for (const record of scan(reading, { id, kind: APFS_RECORD.extent })) {
    reading.extentsLeft--;
    if (record.id !== id || record.kind !== APFS_RECORD.extent || found.length >= MOST_EXTENTS) break;
    found.push(record);
  }
  reading.extentsLeft--;
  return found;
}

/** A stream by its extents; between them, where a whole tree tells of none, it is sparse. */
function contentStream(
  { source, volume, note, broken }: Listing,
  name: string | null,
  { sizeBytes, extents: records }: { sizeBytes: number; extents: ApfsRecord[] | null },
): FileStream {
  const { blockBytes, blocks } = volume.blocks;
  const extents: Extent[] = [];
  const slack: { startByte: number; lengthBytes: number }[] = [];
  const size = Number.isSafeInteger(sizeBytes) ? sizeBytes : 0;
  // Where nodes of the tree are missing, a gap may be theirs.
  const gap = broken || records === null ? { lost: true as const } : {};
  let at = 0;
  for (const { key, value } of records ?? []) {
    const from = u64(key, 8);
    const length = u32(value, 0) + (u32(value, 4) & 0x00ffffff) * 2 ** 32;
    const block = u64(value, 8);
    if (from < at || !Number.isSafeInteger(from + length) || length === 0) continue;
    if (from > at && at < size) extents.push({ startByte: null, lengthBytes: Math.min(from, size) - at, ...gap });
    const used = Math.max(0, Math.min(length, size - from));
    const startByte = block * blockBytes;
    const isBeyond = block + Math.ceil(length / blockBytes) > blocks;
    if (isBeyond) note("size-beyond-volume", null, { size });
    if (used > 0 && isBeyond) extents.push({ startByte: null, lengthBytes: used, lost: true });
    else if (used > 0) extents.push({ startByte: block === 0 ? null : startByte, lengthBytes: used });
    if (used < length && block !== 0 && !isBeyond)
      slack.push({ startByte: startByte + used, lengthBytes: length - used });
    at = from + length;
  }
  if (at < size) extents.push({ startByte: null, lengthBytes: size - at, ...gap });
  const read = extentSource(source, extents, { sizeBytes: size });
  return slack.length === 0
    ? { name, sizeBytes: size, read, extents }
    : { name, sizeBytes: size, read, extents, slack };
}
