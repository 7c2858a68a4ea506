import type { ByteSource } from "#examination/sources";
import type { ExtBitmaps } from "./ext-bitmap.ts";
import type { MapGround } from "./ext-blocks.ts";
import type { ExtGroups } from "./ext-groups.ts";
import { type ExtInode, readExtInode } from "./ext-inode.ts";
import type { ExtJournal } from "./ext-journal.ts";
import type { ExtLayout } from "./ext-layout.ts";
import type { ReusedSince } from "./ext-reuse.ts";
import type { NoteProblem } from "./problem.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** What readings of present files share. */
export interface ExtPresent {
  volume: ByteSource;
  layout: ExtLayout;
  /** Metadata as it would be after the journal's recovery. */
  read: VolumeReader;
  note: NoteProblem;
  groups: ExtGroups;
  bitmaps: ExtBitmaps;
  budget: ExtBudget;
}

/**
 * What one reading of the volume may still cost: inodes that share one huge map or directory would make it endless. A file
 * system that is not made to harm needs less than twice its size of each.
 */
export interface ExtBudget {
  directoryBytes: number;
  mapBlocks: number;
  /** Blocks of deleted files of which is asked whose they are. */
  checkedBlocks: number;
}

const SPARE_BLOCKS = 1_000_000;

/** A budget for one reading of a volume. */
export function extBudget(volume: ByteSource, { blockBytes }: ExtLayout): ExtBudget {
  const blocks = 2 * Math.ceil(volume.sizeBytes / blockBytes) + SPARE_BLOCKS;
  return { directoryBytes: blocks * blockBytes, mapBlocks: blocks, checkedBlocks: 2 * blocks };
}

/** What all readings of one volume share. */
export interface ExtReading extends ExtPresent {
  journal: ExtJournal | null;
  reusedSince: ReusedSince;
}

/** Block an inode stands in, and where in it; null where its group cannot be believed. */
export function inodePlace(
  { layout, groups }: Pick<ExtReading, "layout" | "groups">,
  number: number,
): { block: number; within: number } | null {
  if (!(number >= 1 && number <= layout.inodes)) return null;
  const group = groups(Math.floor((number - 1) / layout.inodesPerGroup));
  if (group === null) return null;
  const at = ((number - 1) % layout.inodesPerGroup) * layout.inodeBytes;
  return { block: group.inodeTable + Math.floor(at / layout.blockBytes), within: at % layout.blockBytes };
}

/** An inode as it stands now; null where it was never used. */
export function inodeNow(reading: Pick<ExtReading, "layout" | "groups" | "read">, number: number): ExtInode | null {
  const place = inodePlace(reading, number);
  if (place === null) return null;
  const { blockBytes, inodeBytes } = reading.layout;
  return readExtInode(reading.read(place.block * blockBytes + place.within, inodeBytes), number);
}

/** What the maps of present files are read with. */
export function presentGround({ layout, read, budget }: Pick<ExtReading, "layout" | "read" | "budget">): MapGround {
  const { blockBytes, blocks } = layout;
  const readBlock = (block: number): Uint8Array =>
    budget.mapBlocks-- > 0 ? read(block * blockBytes, blockBytes) : new Uint8Array(0);
  return { blockBytes, blocks, readBlock };
}

/**
 * What the maps of deleted files are read with: the journal's copy from the time the inode was seen, else what stands in
 * the block as long as nobody else has it.
 *
 * @param sequence Of the journal's copy of the inode; null where it was read from its place.
 */
export function formerGround(
  { layout, read, journal, bitmaps, budget }: ExtReading,
  sequence: number | null,
): MapGround {
  const { blockBytes, blocks } = layout;
  return {
    blockBytes,
    blocks,
    readBlock: (block) => {
      if (budget.mapBlocks-- <= 0) return new Uint8Array(0);
      const copies = sequence === null ? [] : (journal?.copiesOf(block) ?? []);
      const copy = copies.findLast((one) => one.sequence <= (sequence ?? 0)) ?? copies[0];
      if (copy !== undefined) return copy.bytes;
      return bitmaps.blockInUse(block) ? new Uint8Array(0) : read(block * blockBytes, blockBytes);
    },
  };
}
