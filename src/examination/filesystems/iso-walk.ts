import type { ByteSource } from "#examination/sources";
import { extentSource } from "./extent-source.ts";
import type { EntryKind, Extent, FileEntry, FileStream, FileTimes } from "./file-entry.ts";
import type { IsoTree } from "./iso-descriptor.ts";
import { ISO_FLAG, type IsoRecord, isoName, isoRecord } from "./iso-record.ts";
import { type RockRidge, rockRidge, rockRidgeSkip } from "./iso-rock-ridge.ts";
import type { NoteProblem } from "./problem.ts";
import type { VolumeReader } from "./volume-bytes.ts";

const SECTOR = 2048;
const DEEPEST = 256;
const MOST_ENTRIES = 10_000_000;
const DIRECTORY_LIMIT = 64 * 1024 * 1024;

export interface IsoReading {
  volume: ByteSource;
  read: VolumeReader;
  note: NoteProblem;
  /** Bytes of directories this reading may still read: many that share one place would make it endless. */
  directoryBytes: number;
}

/** A file or directory of one tree. */
export interface IsoFound {
  entry: FileEntry;
  /** First block and length, by which the same file of another tree is known. */
  key: string;
}

interface Node {
  path: Uint8Array[];
  block: number;
  sizeBytes: number;
}

/** Everything a tree names; each directory is read once. */
export function* isoFound(reading: IsoReading, tree: IsoTree): Generator<IsoFound> {
  const skip = skipOf(reading, tree);
  const waiting: Node[] = [{ path: [], block: tree.rootBlock, sizeBytes: tree.rootBytes }];
  const seen = new Set([tree.rootBlock]);
  let entries = 0;
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    const inner: Node[] = [];
    for (const pieces of filesOf(reading, tree, node)) {
      const [record] = pieces;
      if (record === undefined) continue;
      if (++entries > MOST_ENTRIES) {
        reading.note("too-many-entries", null, { limit: MOST_ENTRIES });
        return;
      }
      const { read } = reading;
      const rock = skip === null ? null : rockRidge(record.systemUse, { skip, read, blockBytes: tree.blockBytes });
      if (rock?.moved) continue;
      const child = childOf(reading, tree, { node, record, rock });
      const { path, kind } = child;
      const entry = entryOf(reading, tree, { pieces, rock, path, kind });
      yield { entry, key: `${record.block} ${record.sizeBytes}` };
      if (kind !== "directory") continue;
      if (seen.has(child.block)) reading.note("directory-loop", record.atByte);
      else if (path.length >= DEEPEST) reading.note("too-deep", record.atByte, { limit: DEEPEST });
      else {
        seen.add(child.block);
        inner.push({ path, block: child.block, sizeBytes: child.sizeBytes });
      }
    }
    for (const child of inner.reverse()) waiting.push(child);
  }
}

/** Whether a tree has names of Rock Ridge. */
export function hasRockRidge(reading: IsoReading, tree: IsoTree): boolean {
  return !tree.joliet && skipOf(reading, tree) !== null;
}

function skipOf({ read }: IsoReading, tree: IsoTree): number | null {
  if (tree.joliet) return null;
  const own = isoRecord(read(tree.rootBlock * tree.blockBytes, SECTOR), 0, 0);
  return own === null ? null : rockRidgeSkip(own.systemUse);
}

/** The files of a directory, each with all its pieces, without its own record and its parent's. */
function* filesOf(reading: IsoReading, tree: IsoTree, node: Node): Generator<IsoRecord[]> {
  const { read, note } = reading;
  const startByte = node.block * tree.blockBytes;
  if (node.sizeBytes > DIRECTORY_LIMIT) note("directory-too-long", startByte);
  let pieces: IsoRecord[] = [];
  for (let at = 0; at < Math.min(node.sizeBytes, DIRECTORY_LIMIT); at += SECTOR) {
    reading.directoryBytes -= SECTOR;
    if (reading.directoryBytes < 0) {
      note("directory-too-long", startByte);
      return;
    }
    // No record runs over the end of a sector.
    const sector = read(startByte + at, Math.min(SECTOR, node.sizeBytes - at));
    if (sector.length === 0) return;
    for (let within = 0; within < sector.length && (sector[within] ?? 0) !== 0; within += sector[within] ?? SECTOR) {
      const record = isoRecord(sector, within, startByte + at + within);
      if (record === null) {
        note("directory-damaged", startByte + at + within, { inode: node.block });
        break;
      }
      const [first = 0] = record.identifier;
      if (record.identifier.length === 1 && first <= 1) continue;
      pieces.push(record);
      if ((record.flags & ISO_FLAG.continued) !== 0 && pieces.length < 10_000) continue;
      yield pieces;
      pieces = [];
    }
  }
  if (pieces.length > 0) yield pieces;
}

function childOf(
  { read }: IsoReading,
  tree: IsoTree,
  { node, record, rock }: { node: Node; record: IsoRecord; rock: RockRidge | null },
): { path: Uint8Array[]; kind: EntryKind; block: number; sizeBytes: number } {
  const path = [...node.path, rock?.name ?? isoName(record.identifier, tree.joliet)];
  if (rock?.movedTo != null) {
    // A directory that stood too deep: its own record says how long it is.
    const own = isoRecord(read(rock.movedTo * tree.blockBytes, SECTOR), 0, 0);
    return { path, kind: "directory", block: rock.movedTo, sizeBytes: own?.sizeBytes ?? 0 };
  }
  const isDirectory = (record.flags & ISO_FLAG.directory) !== 0;
  const kind = isDirectory ? "directory" : rock?.target != null ? "link" : (rock?.kind ?? "file");
  return {
    path,
    kind: kind === "directory" && !isDirectory ? "file" : kind,
    block: record.block,
    sizeBytes: record.sizeBytes,
  };
}

function entryOf(
  reading: IsoReading,
  tree: IsoTree,
  { pieces, rock, path, kind }: { pieces: IsoRecord[]; rock: RockRidge | null; path: Uint8Array[]; kind: EntryKind },
): FileEntry {
  const [record] = pieces;
  const times: FileTimes = {
    ...(record?.recordedMs === undefined ? {} : { modifiedMs: record.recordedMs }),
    ...rock?.times,
  };
  const broken = pieces.some(({ interleaved }) => interleaved);
  if (broken) reading.note("interleaved", record?.atByte ?? null);
  const stream = streamOf(reading, tree, pieces);
  if (stream.read.sizeBytes < stream.sizeBytes)
    reading.note("size-beyond-volume", record?.atByte ?? null, { size: stream.sizeBytes });
  if (rock?.compressed) reading.note("compression-unknown", record?.atByte ?? null);
  const streams = broken || kind === "other" || kind === "link" ? [] : [stream];
  const entry: FileEntry = {
    path,
    id: record?.atByte ?? 0,
    kind,
    state: "allocated",
    certainty: broken ? "name-only" : "proven",
    times,
    streams,
  };
  return rock?.target == null ? entry : { ...entry, target: rock.target };
}

function streamOf({ volume }: IsoReading, { blockBytes }: IsoTree, pieces: IsoRecord[]): FileStream {
  const extents: Extent[] = pieces
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .map(({ block, sizeBytes }) => ({ startByte: block * blockBytes, lengthBytes: sizeBytes }));
  const sizeBytes = extents.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  const stream = { name: null, sizeBytes, read: extentSource(volume, extents, { sizeBytes }), extents };
  const last = extents.at(-1);
  const end = last === undefined || last.startByte === null ? 0 : last.startByte + last.lengthBytes;
  const spare = (blockBytes - (end % blockBytes)) % blockBytes;
  return spare === 0 || end === 0 ? stream : { ...stream, slack: [{ startByte: end, lengthBytes: spare }] };
}
