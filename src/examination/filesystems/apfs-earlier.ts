import type { ByteSource } from "#examination/sources";
import { type ApfsContainer, type ApfsVolume, apfsVolume } from "./apfs-container.ts";
import { apfsEntries } from "./apfs-entries.ts";
import { openObjectMap } from "./apfs-object.ts";
import { apfsFreeRanges } from "./apfs-space.ts";
import { type ClusterSet, clusterSet } from "./cluster-set.ts";
import { extentSource } from "./extent-source.ts";
import type { Extent, FileEntry, FileStream } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { saysAt, u64 } from "./ntfs-fields.ts";
import { problemList } from "./problem.ts";
import { entryMark } from "./vss-mark.ts";

// Nothing is written over in place: a container keeps the superblocks of its last checkpoints, and as long as nobody took
// their blocks, the trees those lead to. What they name and the volume does not name any more was deleted or changed since.

const CHECKPOINTS_MOST = 32;
const MOST_MARKS = 2_000_000;
const MOST_ENTRIES = 5_000_000;
/** Blocks of which is asked whether they hold a part of a tree now. */
const OBJECTS_MOST = 262_144;

/** A volume's container, and its link in places. */
export interface ApfsPlace {
  source: ByteSource;
  container: ApfsContainer;
  link: string;
}

/** What earlier checkpoints hold of a volume and it does not any more; none where there are no earlier checkpoints. */
export function earlierSystem(
  place: ApfsPlace,
  { volume, own, others }: { volume: ApfsVolume; own: FileSystem; others: readonly FileSystem[] },
): FileSystem[] {
  const before = volume.encrypted ? [] : earlierVolumes(place.container, volume);
  if (before.length === 0) return [];
  const { problems } = problemList();
  const entries = () => earlierEntries(place, { before, own, others });
  return [{ ...own, link: `${place.link}-earlier`, label: null, entries, unallocated: () => [], problems }];
}

/** The volume at earlier checkpoints, the newest first, wherever its tree was another. */
function earlierVolumes(container: ApfsContainer, volume: ApfsVolume): ApfsVolume[] {
  const roots = new Set([volume.place(volume.rootTree)]);
  return container.earlier.slice(0, CHECKPOINTS_MOST).flatMap((head) => {
    const before = volumeOf(container, head, volume.oid);
    const root = before?.place(before.rootTree) ?? null;
    if (before === null || root === null || roots.has(root)) return [];
    roots.add(root);
    return [before];
  });
}

function* earlierEntries(
  { source, container }: ApfsPlace,
  { before, own, others }: { before: readonly ApfsVolume[]; own: FileSystem; others: readonly FileSystem[] },
): Generator<FileEntry> {
  const known = new Set<number>();
  for (const entry of own.entries()) if (known.size < MOST_MARKS) known.add(entryMark(entry));
  let isTaken: ((block: number) => boolean) | null = null;
  let left = MOST_ENTRIES;
  for (const volume of before) {
    // What of the old trees is gone is no damage of the volume.
    for (const entry of apfsEntries({ source, volume, note: () => undefined })) {
      if (--left < 0) return;
      const mark = entryMark(entry);
      if (known.has(mark)) continue;
      if (known.size < MOST_MARKS) known.add(mark);
      isTaken ??= takenBlocks(container, source, others);
      yield asDeleted(entry, { source, blockBytes: container.blocks.blockBytes, isTaken });
    }
  }
}

function volumeOf({ blocks }: ApfsContainer, head: Uint8Array, oid: number): ApfsVolume | null {
  const xid = u64(head, 16);
  const block = openObjectMap(blocks, u64(head, 160))(oid, xid);
  const bytes = block === null ? null : blocks.object(block);
  if (bytes === null || !saysAt(bytes, 32, "APSB") || u64(bytes, 8) !== oid || u64(bytes, 16) > xid) return null;
  const volume = apfsVolume(blocks, bytes, { strict: true });
  return volume.encrypted || volume.unknown !== null ? null : volume;
}

/** Whether a block is another's now: a file has it, or it is not free and holds a part of a tree. */
function takenBlocks(
  container: ApfsContainer,
  source: ByteSource,
  others: readonly FileSystem[],
): (block: number) => boolean {
  const { blocks } = container;
  const ofFiles = clusterSet();
  const free = clusterSet();
  for (const { entries } of others) {
    for (const { streams } of entries()) for (const stream of streams) addBlocks(ofFiles, stream, blocks.blockBytes);
  }
  for (const { startByte, lengthBytes } of apfsFreeRanges(container, source.sizeBytes, () => undefined)) {
    free.addRun(Math.ceil(startByte / blocks.blockBytes), Math.floor(lengthBytes / blocks.blockBytes));
  }
  // What an encrypted volume has taken is not known: only what is free is nobody's.
  const someHidden = container.volumes.some(({ encrypted, unknown }) => encrypted || unknown !== null);
  let left = OBJECTS_MOST;
  return (block) => {
    if (ofFiles.has(block)) return true;
    if (free.has(block)) return false;
    // Freed blocks wait before they count as free.
    return someHidden || --left < 0 || blocks.object(block) !== null;
  };
}

function addBlocks(blocks: ClusterSet, { extents }: FileStream, blockBytes: number): void {
  for (const { startByte, lengthBytes } of extents) {
    if (startByte !== null) blocks.addRun(Math.floor(startByte / blockBytes), Math.ceil(lengthBytes / blockBytes));
  }
}

interface Ground {
  source: ByteSource;
  blockBytes: number;
  isTaken(block: number): boolean;
}

/** An entry with what of its blocks is nobody's now. */
function asDeleted(entry: FileEntry, ground: Ground): FileEntry {
  const state = "deleted" as const;
  const streams = entry.streams.map((stream) => ownStream(stream, ground));
  const isLost = ({ extents }: FileStream): boolean => extents.some(({ lost }) => lost);
  const isHeld = ({ extents }: FileStream): boolean => extents.some(({ startByte }) => startByte !== null);
  if (!streams.some(isLost)) return { ...entry, state, streams };
  // What was unpacked from bytes that are gone is nothing.
  const own = streams.filter((stream) => isLost(stream) || isHeld(stream));
  if (!own.some(isHeld)) return { ...entry, state, certainty: "name-only", streams: [] };
  return { ...entry, state, certainty: "partly-overwritten", streams: own };
}

function ownStream({ slack: _, ...stream }: FileStream, { source, blockBytes, isTaken }: Ground): FileStream {
  if (!stream.extents.some(({ startByte }) => startByte !== null)) return stream;
  const extents: Extent[] = [];
  const add = (extent: Extent): void => {
    const last = extents.at(-1);
    const isNext =
      last?.startByte != null && extent.startByte !== null && last.startByte + last.lengthBytes === extent.startByte;
    if (last !== undefined && (isNext || (last.lost && extent.lost))) last.lengthBytes += extent.lengthBytes;
    else extents.push(extent);
  };
  for (const { startByte, lengthBytes, lost } of stream.extents) {
    if (startByte === null) add(lost ? { startByte, lengthBytes, lost } : { startByte, lengthBytes });
    for (let at = startByte ?? 0; startByte !== null && at < startByte + lengthBytes; ) {
      const end = Math.min(startByte + lengthBytes, (Math.floor(at / blockBytes) + 1) * blockBytes);
      const isLost = isTaken(Math.floor(at / blockBytes));
      add(isLost ? { startByte: null, lengthBytes: end - at, lost: true } : { startByte: at, lengthBytes: end - at });
      at = end;
    }
  }
  return { ...stream, extents, read: extentSource(source, extents, { sizeBytes: stream.sizeBytes }) };
}
