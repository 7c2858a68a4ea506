import type { ByteSource } from "#examination/sources";
import type { ByteRange, FileEntry } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import type { IsoTree } from "./iso-descriptor.ts";
import { isoName } from "./iso-record.ts";
import { type IsoSession, isoSessions } from "./iso-sessions.ts";
import { hasRockRidge, type IsoReading, isoFound } from "./iso-walk.ts";
import { problemList } from "./problem.ts";
import { pagedReader, volumeReader } from "./volume-bytes.ts";
import { entryMark } from "./vss-mark.ts";

const PAGE = 64 * 1024;
const PAGES = 64;
const KEYS_LIMIT = 2_000_000;
const RANGES_LIMIT = 2_000_000;
const SPARE_BYTES = 1024 * 1024 * 1024;

/** ISO 9660 with Joliet and Rock Ridge, as its newest session has it; null where the volume is none. @see FileSystemReader */
export function openIso(volume: ByteSource): FileSystem | null {
  const { problems, note } = problemList();
  const read = pagedReader(volumeReader(volume, note), PAGE, PAGES);
  const sessions = isoSessions(read, volume.sizeBytes);
  const newest = sessions.at(-1);
  if (newest === undefined) return null;
  const says = Math.max(...sessions.map(({ trees }) => sizeOf(trees)));
  if (says > volume.sizeBytes) note("volume-cut", volume.sizeBytes, { says, has: volume.sizeBytes });
  const all = { volume, read, note };
  return { ...sessionSystem(all, newest), unallocated: () => openRanges(readingOf(all), sessions), problems };
}

/** What earlier sessions of a disc name and its newest one does not, session by session. */
export function openIsoSessions(volume: ByteSource, current: FileSystem): FileSystem[] {
  const { problems, note } = problemList();
  const read = pagedReader(volumeReader(volume, note), PAGE, PAGES);
  const earlier = isoSessions(read, volume.sizeBytes).slice(0, -1);
  return earlier.map((session, i) => {
    const own = sessionSystem({ volume, read, note }, session);
    const link = `iso9660-session${i + 1}`;
    return { ...own, link, entries: () => differing(own, current), unallocated: () => [], problems };
  });
}

type Disc = Pick<IsoReading, "volume" | "read" | "note">;

function readingOf(disc: Disc): IsoReading {
  return { ...disc, directoryBytes: 4 * disc.volume.sizeBytes + SPARE_BYTES };
}

function sizeOf(trees: IsoTree[]): number {
  const first = trees.find((tree) => !tree.joliet) ?? trees[0];
  return first === undefined ? 0 : first.blocks * first.blockBytes;
}

function sessionSystem(disc: Disc, { trees }: IsoSession): Omit<FileSystem, "problems" | "unallocated"> {
  const ordered = inOrder(readingOf(disc), trees);
  const [main] = ordered;
  return {
    kind: "iso9660",
    label: main === undefined ? null : labelOf(main),
    blockBytes: main?.blockBytes ?? 0,
    sizeBytes: sizeOf(trees),
    entries: () => isoEntries(readingOf(disc), ordered),
  };
}

/** What a session names and the newest one does not, or has other bytes for. */
function* differing({ entries }: Pick<FileSystem, "entries">, current: FileSystem): Generator<FileEntry> {
  const known = new Set<number>();
  for (const entry of current.entries()) {
    known.add(entryMark({ ...entry, id: 0 }));
    if (known.size >= KEYS_LIMIT) break;
  }
  for (const entry of entries()) if (!known.has(entryMark({ ...entry, id: 0 }))) yield entry;
}

/** The tree with the fullest names first: Rock Ridge, then Joliet, then the plain one. */
function inOrder(reading: IsoReading, trees: IsoTree[]): IsoTree[] {
  const worth = (tree: IsoTree): number => (hasRockRidge(reading, tree) ? 2 : tree.joliet ? 1 : 0);
  return trees.toSorted((a, b) => worth(b) - worth(a));
}

function labelOf({ label, joliet }: IsoTree): string | null {
  const text = new TextDecoder().decode(isoName(label, joliet));
  return text === "" ? null : text;
}

/** All of the first tree, and of the others what it does not name: a file may be hidden from one of them. */
function* isoEntries(reading: IsoReading, trees: IsoTree[]): Generator<FileEntry> {
  const known = new Set<string>();
  for (const [i, tree] of trees.entries()) {
    for (const { entry, key } of isoFound(reading, tree)) {
      const isEmpty = entry.kind === "file" && entry.streams[0]?.sizeBytes === 0;
      if (i > 0 && (entry.kind === "directory" || isEmpty || known.has(key))) continue;
      if (known.size < KEYS_LIMIT) known.add(key);
      yield entry;
    }
  }
}

/** What no descriptor, table, directory or file covers. */
function* openRanges(reading: IsoReading, sessions: IsoSession[]): Generator<ByteRange> {
  const { sizeBytes } = reading.volume;
  const used = sessions.map(({ startByte, endByte }) => ({ startByte, lengthBytes: endByte - startByte }));
  const add = (startByte: number, lengthBytes: number, blockBytes: number): void => {
    const whole = Math.ceil(lengthBytes / blockBytes) * blockBytes;
    if (lengthBytes > 0 && used.length < RANGES_LIMIT) used.push({ startByte, lengthBytes: whole });
  };
  for (const tree of sessions.flatMap(({ trees }) => trees)) {
    add(tree.rootBlock * tree.blockBytes, tree.rootBytes, tree.blockBytes);
    for (const { block, lengthBytes } of tree.tables) add(block * tree.blockBytes, lengthBytes, tree.blockBytes);
    for (const { entry } of isoFound(reading, tree)) {
      for (const { startByte, lengthBytes } of entry.streams.flatMap(({ extents }) => extents)) {
        if (startByte !== null) add(startByte, lengthBytes, tree.blockBytes);
      }
    }
  }
  used.sort((a, b) => a.startByte - b.startByte);
  let covered = 0;
  for (const { startByte, lengthBytes } of [...used, { startByte: sizeBytes, lengthBytes: 0 }]) {
    const end = Math.min(startByte, sizeBytes);
    if (end > covered) yield { startByte: covered, lengthBytes: end - covered };
    covered = Math.max(covered, startByte + lengthBytes);
  }
}
