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
    unallocated: () => freeRanges(layout, sizeBytes, blockInUse),
  };
}

function* freeRanges(layout: ExtLayout, sizeBytes: number, inUse: (block: number) => boolean): Generator<ByteRange> {
  const { blockBytes, firstBlock, clusterBlocks } = layout;
  const blocks = Math.min(layout.blocks, Math.ceil(sizeBytes / blockBytes));
  // The first 1,024 bytes are nobody's: room for a start-up program.
  let startByte = 0;
  let endByte = Math.min(1024, sizeBytes);
  for (let block = firstBlock; block < blocks; block += clusterBlocks) {
    if (inUse(block)) continue;
    const at = block * blockBytes;
    if (at !== endByte) {
      if (endByte > startByte) yield { startByte, lengthBytes: endByte - startByte };
      startByte = at;
    }
    endByte = Math.min((block + clusterBlocks) * blockBytes, sizeBytes);
  }
  const tail = Math.min(layout.blocks * blockBytes, sizeBytes);
  if (endByte !== tail && endByte > startByte) yield { startByte, lengthBytes: endByte - startByte };
  const last = endByte === tail ? startByte : tail;
  if (sizeBytes > last) yield { startByte: last, lengthBytes: sizeBytes - last };
}

/** The bitmap of a group whose own was never written: its copies and its tables. */
function tablesOnly(layout: ExtLayout, groups: ExtGroups, group: number): Uint8Array {
  const map = new Uint8Array(layout.blockBytes);
  const start = groupStart(layout, group);
  const mark = (block: number, count: number): void => {
    for (let i = 0; i < count; i++) {
      const at = Math.floor((block + i - start) / layout.clusterBlocks);
      if (block + i >= start && block + i < start + layout.blocksPerGroup)
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
