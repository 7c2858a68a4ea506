import { type ClusterSet, clusterSet } from "./cluster-set.ts";
import { type ExtInode, INODE_FLAG } from "./ext-inode.ts";
import { u16, u32 } from "./ntfs-fields.ts";

// @see Linux Documentation/filesystems/ext4 (6.x): "The Contents of inode.i_block": direct and indirect blocks, extent tree

/** A piece of a file: `count` blocks from its block `logical` on stand from the volume's block `block` on. */
export interface BlockRun {
  logical: number;
  block: number;
  count: number;
  /** Allocated, never written: reads as zeros. */
  unwritten?: true;
}

export interface BlockMap {
  /** Ascending by logical, none overlaps. */
  runs: BlockRun[];
  /** Blocks that hold the map itself. */
  mapBlocks: number[];
  /** Something of the map could not be read or cannot be right. */
  broken: boolean;
}

/** What a map is read with. `readBlock`: the bytes of a block, fewer where they are not to be had or not to be believed. */
export interface MapGround {
  blockBytes: number;
  blocks: number;
  readBlock(block: number): Uint8Array;
}

const RUNS_LIMIT = 1_000_000;
const MAP_BLOCKS_LIMIT = 4_000_000;
const EXTENT_MAGIC = 0xf30a;
const DEEPEST = 5;
const LONGEST = 32768;

/** Which blocks of the volume an inode names. Never fails: what is wrong makes the map `broken`. */
export function blockMap(inode: ExtInode, ground: MapGround): BlockMap {
  const map: BlockMap = { runs: [], mapBlocks: [], broken: false };
  if ((inode.flags & INODE_FLAG.inlineBytes) !== 0 || inode.kind === "other") return map;
  if (isShortLink(inode, ground.blockBytes)) return map;
  if ((inode.flags & INODE_FLAG.extents) !== 0) readExtents(inode.block, DEEPEST, { map, ground, seen: null });
  else readPointers(inode, map, ground);
  return inOrder(map);
}

/** Whether a link's target stands in the inode itself. */
export function isShortLink(inode: ExtInode, blockBytes: number): boolean {
  if (inode.kind !== "link" || inode.sizeBytes >= 60 || (inode.flags & INODE_FLAG.extents) !== 0) return false;
  const attributeSectors = u32(inode.bytes, 104) === 0 ? 0 : blockBytes / 512;
  return inode.sectors <= attributeSectors;
}

interface Walk {
  map: BlockMap;
  ground: MapGround;
  /** Null until the map has blocks of its own. */
  seen: ClusterSet | null;
}

function readExtents(node: Uint8Array, most: number, walk: Walk): void {
  const { map, ground } = walk;
  const entries = u16(node, 2);
  const depth = u16(node, 6);
  const sane = node.length >= 12 && u16(node, 0) === EXTENT_MAGIC && entries <= u16(node, 4) && depth <= most;
  if (!sane || 12 + entries * 12 > node.length) {
    map.broken = true;
    return;
  }
  for (let at = 12; at < 12 + entries * 12; at += 12) {
    if (map.runs.length >= RUNS_LIMIT || map.mapBlocks.length >= MAP_BLOCKS_LIMIT) {
      map.broken = true;
      return;
    }
    if (depth === 0) {
      const length = u16(node, at + 4);
      const block = u32(node, at + 8) + u16(node, at + 6) * 2 ** 32;
      const run: BlockRun = { logical: u32(node, at), block, count: length > LONGEST ? length - LONGEST : length };
      if (length > LONGEST) run.unwritten = true;
      if (run.count > 0 && block > 0 && block + run.count <= ground.blocks) map.runs.push(run);
      else map.broken = true;
      continue;
    }
    const block = u32(node, at + 4) + u16(node, at + 8) * 2 ** 32;
    walk.seen ??= clusterSet();
    if (block === 0 || block >= ground.blocks || !walk.seen.add(block)) {
      map.broken = true;
      continue;
    }
    map.mapBlocks.push(block);
    readExtents(ground.readBlock(block), depth - 1, walk);
  }
}

function readPointers(inode: ExtInode, map: BlockMap, ground: MapGround): void {
  const perBlock = ground.blockBytes / 4;
  const seen = clusterSet();
  const add = (logical: number, block: number): void => {
    if (block === 0) return;
    if (block >= ground.blocks || map.runs.length >= RUNS_LIMIT) {
      map.broken = true;
      return;
    }
    const last = map.runs.at(-1);
    if (last !== undefined && last.block + last.count === block && last.logical + last.count === logical) last.count++;
    else map.runs.push({ logical, block, count: 1 });
  };
  const descend = (block: number, level: number, logical: number): void => {
    if (block === 0) return;
    if (level === 0) {
      add(logical, block);
      return;
    }
    if (block >= ground.blocks || !seen.add(block) || map.mapBlocks.length >= MAP_BLOCKS_LIMIT) {
      map.broken = true;
      return;
    }
    map.mapBlocks.push(block);
    const node = ground.readBlock(block);
    if (node.length < ground.blockBytes) map.broken = true;
    for (let i = 0; i < perBlock && i * 4 + 4 <= node.length; i++) {
      descend(u32(node, i * 4), level - 1, logical + i * perBlock ** (level - 1));
    }
  };
  for (let i = 0; i < 12; i++) add(i, u32(inode.block, i * 4));
  for (const level of [1, 2, 3]) {
    const before = [0, 0, perBlock, perBlock + perBlock ** 2][level] ?? 0;
    descend(u32(inode.block, 44 + level * 4), level, 12 + before);
  }
}

/** Runs by their place in the file; one that overlaps what stands before it is dropped. */
function inOrder(map: BlockMap): BlockMap {
  if (map.runs.length < 2) return map;
  map.runs.sort((a, b) => a.logical - b.logical);
  const runs: BlockRun[] = [];
  let end = 0;
  for (const run of map.runs) {
    if (run.logical < end) {
      map.broken = true;
      continue;
    }
    runs.push(run);
    end = run.logical + run.count;
  }
  map.runs = runs;
  return map;
}
