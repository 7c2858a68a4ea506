import { copyBlocks, type ExtGroups, inodeTableBlocks } from "./ext-groups.ts";
import { type ExtLayout, groupStart } from "./ext-layout.ts";
import type { ByteRange } from "./file-entry.ts";
import type { NoteProblem } from "./problem.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** What is in use now. Where a bitmap cannot be read, everything of its group counts as in use. */
export interface ExtBitmaps {
  blockInUse(block: number): boolean;
  inodeInUse(inode: number): boolean;
  /** Free blocks and what no block covers, ascending, neighbours joined. */
  unallocated(): Generator<ByteRange>;
}

const KEPT = 64;

export function extBitmaps(
  layout: ExtLayout,
  { groups, read, sizeBytes, note }: { groups: ExtGroups; read: VolumeReader; sizeBytes: number; note: NoteProblem },
): ExtBitmaps {
  const { blockBytes, blocksPerGroup, clusterBlocks } = layout;
  const blockMaps = kept((group) => {
    const found = groups(group);
    if (found === null) return null;
    if (found.blocksUnused) return tablesOnly(layout, groups, group);
    const map = read(found.blockBitmap * blockBytes, blockBytes);
    if (map.length < Math.ceil(blocksPerGroup / clusterBlocks / 8))
      note("bitmap-missing", found.blockBitmap * blockBytes);
    return map;
  });
  const inodeMaps = kept((group) => {
    const found = groups(group);
    if (found === null) return null;
    if (found.inodesUnused) return new Uint8Array(blockBytes);
    return read(found.inodeBitmap * blockBytes, blockBytes);
  });
  const bit = (map: Uint8Array | null, at: number): boolean => {
    const byte = map?.[at >> 3];
    return byte === undefined || (byte & (1 << (at & 7))) !== 0;
  };
  const blockInUse = (block: number): boolean => {
    const from = block - layout.firstBlock;
    if (from < 0 || block >= layout.blocks) return true;
    const group = Math.floor(from / blocksPerGroup);
    return bit(blockMaps(group), Math.floor((from % blocksPerGroup) / clusterBlocks));
  };
  return {
    blockInUse,
    inodeInUse: (inode) => {
      if (inode < 1 || inode > layout.inodes) return true;
      return bit(inodeMaps(Math.floor((inode - 1) / layout.inodesPerGroup)), (inode - 1) % layout.inodesPerGroup);
    },
    unallocated: () => freeRanges(layout, sizeBytes, blockMaps),
  };
}

function* freeRanges(
  layout: ExtLayout,
  sizeBytes: number,
  mapOf: (group: number) => Uint8Array | null,
): Generator<ByteRange> {
  const { blockBytes, clusterBlocks, blocksPerGroup } = layout;
  const end = Math.min(layout.blocks * blockBytes, sizeBytes);
  // The first 1,024 bytes are nobody's: room for a start-up program.
  let startByte = 0;
  let endByte = Math.min(1024, sizeBytes);
  for (let group = 0; group < layout.groups && groupStart(layout, group) * blockBytes < end; group++) {
    const map = mapOf(group);
    const clusters = Math.min(Math.ceil(blocksPerGroup / clusterBlocks), (map?.length ?? 0) * 8);
    for (let at = 0; at < clusters; ) {
      const byte = map?.[at >> 3] ?? 0xff;
      const whole = (at & 7) === 0 && (byte === 0xff || byte === 0) ? Math.min(8, clusters - at) : 1;
      const from = (groupStart(layout, group) + at * clusterBlocks) * blockBytes;
      at += whole;
      if ((byte & (1 << ((at - whole) & 7))) !== 0 || from >= end) continue;
      if (from !== endByte) {
        if (endByte > startByte) yield { startByte, lengthBytes: endByte - startByte };
        startByte = from;
      }
      endByte = Math.min(from + whole * clusterBlocks * blockBytes, end);
    }
  }
  if (endByte !== end) {
    if (endByte > startByte) yield { startByte, lengthBytes: endByte - startByte };
    startByte = end;
  }
  if (sizeBytes > startByte) yield { startByte, lengthBytes: sizeBytes - startByte };
}

/** The bitmap of a group whose own was never written: its copies and its tables. */
function tablesOnly(layout: ExtLayout, groups: ExtGroups, group: number): Uint8Array {
  const map = new Uint8Array(layout.blockBytes);
  const start = groupStart(layout, group);
  const mark = (block: number, count: number): void => {
    const from = Math.max(block, start);
    const end = Math.min(block + count, start + layout.blocksPerGroup);
    const last = Math.floor((end - 1 - start) / layout.clusterBlocks);
    for (let at = Math.floor((from - start) / layout.clusterBlocks); from < end && at <= last; at++) {
      map[at >> 3] = (map[at >> 3] ?? 0) | (1 << (at & 7));
    }
  };
  mark(start, copyBlocks(layout, group));
  const found = groups(group);
  if (found === null) return map;
  mark(found.blockBitmap, 1);
  mark(found.inodeBitmap, 1);
  mark(found.inodeTable, inodeTableBlocks(layout));
  return map;
}

/** Keeps the last bitmaps. */
function kept(make: (group: number) => Uint8Array | null): (group: number) => Uint8Array | null {
  const maps = new Map<number, Uint8Array | null>();
  return (group) => {
    let map = maps.get(group);
    if (map === undefined) {
      map = make(group);
      if (maps.size >= KEPT) maps.delete(maps.keys().next().value ?? 0);
      maps.set(group, map);
    }
    return map;
  };
}
