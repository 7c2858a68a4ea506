import { type ExtLayout, groupStart, hasCopy } from "./ext-layout.ts";
import { u16, u32 } from "./ntfs-fields.ts";
import type { NoteProblem } from "./problem.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** Where a group keeps its bitmaps and inodes. Blocks are in bounds. */
interface ExtGroup {
  blockBitmap: number;
  inodeBitmap: number;
  inodeTable: number;
  /** Inodes at the start of its table that were ever in use. */
  usedInodes: number;
  /** The block bitmap was never written: only the group's own tables are in use. */
  blocksUnused: boolean;
  inodesUnused: boolean;
}

const INODES_UNUSED = 1;
const BLOCKS_UNUSED = 2;
const COPIES_TRIED = 6;
/** After so many groups of which no copy can be believed, copies are not tried any more. */
const DAMAGED_LIMIT = 1000;

/** Gives a group's descriptor; null where no copy of it can be believed. */
export type ExtGroups = (group: number) => ExtGroup | null;

/** Descriptors of the groups: the first copy, or where it cannot be believed a backup. */
export function extGroups(layout: ExtLayout, read: VolumeReader, note: NoteProblem): ExtGroups {
  const backups = copyGroups(layout);
  let damaged = 0;
  let last: { group: number; found: ExtGroup } | null = null;
  return (group) => {
    if (last?.group === group) return last.found;
    if (!(group >= 0 && group < layout.groups)) return null;
    const first = descriptorAt(layout, read, { group, block: descriptorBlock(layout, group, null) });
    if (first !== null) {
      last = { group, found: first };
      return first;
    }
    for (const copy of damaged < DAMAGED_LIMIT ? backups : []) {
      const superBlock = groupStart(layout, copy);
      const at = descriptorBlock(layout, group, superBlock);
      const other = descriptorAt(layout, read, { group, block: at });
      if (other === null) continue;
      note("group-table-copy", layout.firstBlock * layout.blockBytes, { at: at * layout.blockBytes });
      return other;
    }
    damaged++;
    note("group-damaged", groupStart(layout, group) * layout.blockBytes, { group });
    return null;
  };
}

/** The first groups with copies. */
function copyGroups(layout: ExtLayout): number[] {
  const groups: number[] = [];
  for (let group = 1; group < layout.groups && groups.length < COPIES_TRIED && group < 1000; group++) {
    if (hasCopy(layout, group)) groups.push(group);
  }
  return groups;
}

/** Block in which a group's descriptor stands: in the first copy (null), or in the one behind a backup's block. */
function descriptorBlock(layout: ExtLayout, group: number, copy: number | null): number {
  const perBlock = layout.blockBytes / layout.descriptorBytes;
  const number = Math.floor(group / perBlock);
  // The first superblock stands at byte 1024 whatever the blocks are counted from.
  if (number < layout.firstMetaGroup) return (copy ?? (layout.blockBytes === 1024 ? 1 : 0)) + 1 + number;
  const home = number * perBlock;
  const first = copy === null ? home : Math.min(home + 1, layout.groups - 1);
  return groupStart(layout, first) + (hasCopy(layout, first) ? 1 : 0);
}

function descriptorAt(
  layout: ExtLayout,
  read: VolumeReader,
  { group, block }: { group: number; block: number },
): ExtGroup | null {
  const { blockBytes, descriptorBytes } = layout;
  const within = (group % (blockBytes / descriptorBytes)) * descriptorBytes;
  const bytes = read(block * blockBytes + within, descriptorBytes);
  if (bytes.length < descriptorBytes) return null;
  const wide = descriptorBytes >= 64;
  const place = (at: number): number => u32(bytes, at) + (wide ? u32(bytes, at + 32) * 2 ** 32 : 0);
  const flags = layout.groupFlags ? u16(bytes, 18) : 0;
  const unused = layout.groupFlags ? u16(bytes, 28) + (wide ? u16(bytes, 50) * 65536 : 0) : 0;
  const found: ExtGroup = {
    blockBitmap: place(0),
    inodeBitmap: place(4),
    inodeTable: place(8),
    usedInodes: Math.max(0, layout.inodesPerGroup - unused),
    blocksUnused: (flags & BLOCKS_UNUSED) !== 0,
    inodesUnused: (flags & INODES_UNUSED) !== 0,
  };
  const inside = (at: number): boolean => at > layout.firstBlock && at < layout.blocks;
  const tableEnd = found.inodeTable + inodeTableBlocks(layout);
  const sane = inside(found.blockBitmap) && inside(found.inodeBitmap) && inside(found.inodeTable);
  return sane && tableEnd <= layout.blocks ? found : null;
}

export function inodeTableBlocks({ inodesPerGroup, inodeBytes, blockBytes }: ExtLayout): number {
  return Math.ceil((inodesPerGroup * inodeBytes) / blockBytes);
}

/** Blocks at a group's start that hold the superblock's and the descriptors' copy. */
export function copyBlocks(layout: ExtLayout, group: number): number {
  const perBlock = layout.blockBytes / layout.descriptorBytes;
  const tables = Math.ceil(layout.groups / perBlock);
  if (Number.isFinite(layout.firstMetaGroup)) {
    const number = Math.floor(group / perBlock);
    const own = number >= layout.firstMetaGroup && [0, 1, perBlock - 1].includes(group % perBlock) ? 1 : 0;
    if (number >= layout.firstMetaGroup) return (hasCopy(layout, group) ? 1 : 0) + own;
    return hasCopy(layout, group) ? 1 + Math.min(tables, layout.firstMetaGroup) : 0;
  }
  return hasCopy(layout, group) ? 1 + tables + layout.reservedDescriptorBlocks : 0;
}
