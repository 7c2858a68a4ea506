import { type ByteSource, ReadError } from "#examination/sources";
import { extentSource } from "./extent-source.ts";
import type { Extent } from "./file-entry.ts";
import type { VolumeReader } from "./volume-bytes.ts";
import { readShadowBitmap, readShadowTable, type ShadowTable } from "./vss-blocks.ts";
import { SHADOW_BLOCK, type ShadowCopy } from "./vss-catalog.ts";

// @see Volume Shadow Snapshot (VSS) format, libyal 2014: "Reading snapshot data"

const SECTOR = 512;
/** 8 TiB in blocks: one bit for each is held. */
const MOST_BLOCKS = 2 ** 29;

/** The volume as it was when a shadow copy was made. */
export interface ShadowView {
  source: ByteSource;
  /** Where bytes of the copy stand in the volume as it is now; `lost`: they were free then, and are not kept. */
  pieces(startByte: number, lengthBytes: number): Extent[];
  /** Of these bytes, how many blocks had to be looked up. */
  blocksOf(lengthBytes: number): number;
}

/**
 * The volume at the time of a copy: from it, then from each newer copy, then from the volume as it is now.
 *
 * @param copies This copy and all newer ones, the oldest first.
 * @returns What is wrong where one of their lists cannot be trusted: the copy would show newer bytes as its own.
 */
export function openShadowView(
  volume: ByteSource,
  read: VolumeReader,
  copies: readonly ShadowCopy[],
): ShadowView | "damaged" | "too-large" {
  const blocks = Math.ceil(volume.sizeBytes / SHADOW_BLOCK);
  if (blocks > MOST_BLOCKS) return "too-large";
  const tables: ShadowTable[] = [];
  for (const copy of copies) {
    const table = readShadowTable(read, copy);
    if (typeof table === "string") return table;
    tables.push(table);
  }
  const locate = locator(tables, { blocks, freeThen: freeBlocks(read, copies, blocks) });
  const pieces = (startByte: number, lengthBytes: number): Extent[] => {
    const found: Extent[] = [];
    const end = Math.min(startByte + lengthBytes, volume.sizeBytes);
    for (let at = startByte; at < end; ) {
      const number = Math.floor(at / SHADOW_BLOCK);
      const length = Math.min(end, (number + 1) * SHADOW_BLOCK) - at;
      const rest = { within: at - number * SHADOW_BLOCK, length };
      for (const piece of overlaid(tables[0], number, rest)) {
        const place = piece.overlay ?? locate(number);
        addPiece(found, place === null ? null : place + piece.within, piece.length);
      }
      at += length;
    }
    return found;
  };
  return { source: viewSource(volume, pieces), pieces, blocksOf: (length) => Math.ceil(length / SHADOW_BLOCK) + 1 };
}

/** Blocks that were free when the newest copy was made, and for that are not kept; none are known of older copies. */
function freeBlocks(read: VolumeReader, copies: readonly ShadowCopy[], blocks: number): (number: number) => boolean {
  const [copy] = copies;
  if (copies.length !== 1 || copy === undefined) return () => false;
  const now = readShadowBitmap(read, copy.bitmapAt, blocks);
  if (now === null) return () => false;
  if (copy.previousBitmapAt === 0) return now;
  const before = readShadowBitmap(read, copy.previousBitmapAt, blocks);
  return before === null ? () => false : (number) => now(number) && before(number);
}

/** Where a block starts in the volume as it is now; null: it was free then and is not kept. */
function locator(
  tables: readonly ShadowTable[],
  { blocks, freeThen }: { blocks: number; freeThen: (number: number) => boolean },
): (number: number) => number | null {
  const changed = new Uint8Array(Math.ceil(blocks / 8));
  for (const { numbers } of tables) {
    for (const number of numbers) {
      if (number < blocks) changed[number >> 3] = (changed[number >> 3] ?? 0) | (1 << (number & 7));
    }
  }
  return (number) => {
    const isChanged = ((changed[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
    let atByte = number * SHADOW_BLOCK;
    if (isChanged) {
      for (const table of tables) {
        const target = table.find(Math.floor(atByte / SHADOW_BLOCK));
        if (target === null) continue;
        atByte = target.atByte;
        if (!target.moved) return atByte;
      }
      if (atByte !== number * SHADOW_BLOCK) return atByte;
    }
    return freeThen(number) && tables[0]?.movedTo.has(number) !== true ? null : atByte;
  };
}

interface BlockPiece {
  within: number;
  length: number;
  /** Start of the block that lies over this one here. */
  overlay: number | null;
}

/** A part of a block in pieces that lie under the copy's own writing, or do not. */
function overlaid(
  table: ShadowTable | undefined,
  number: number,
  { within, length }: { within: number; length: number },
): BlockPiece[] {
  const overlay = table?.overlays.get(number);
  if (overlay === undefined) return [{ within, length, overlay: null }];
  const pieces: BlockPiece[] = [];
  for (let at = within; at < within + length; ) {
    const sector = Math.floor(at / SECTOR);
    const end = Math.min(within + length, (sector + 1) * SECTOR);
    const over = ((overlay.sectors >>> sector) & 1) === 1 ? overlay.atByte : null;
    const last = pieces.at(-1);
    if (last !== undefined && last.overlay === over) last.length += end - at;
    else pieces.push({ within: at, length: end - at, overlay: over });
    at = end;
  }
  return pieces;
}

function addPiece(found: Extent[], startByte: number | null, lengthBytes: number): void {
  const last = found.at(-1);
  const follows =
    last !== undefined &&
    (startByte === null
      ? last.startByte === null
      : last.startByte !== null && last.startByte + last.lengthBytes === startByte);
  if (last !== undefined && follows) last.lengthBytes += lengthBytes;
  else if (startByte === null) found.push({ startByte, lengthBytes, lost: true });
  else found.push({ startByte, lengthBytes });
}

function viewSource(volume: ByteSource, pieces: ShadowView["pieces"]): ByteSource {
  const { sizeBytes } = volume;
  return {
    sizeBytes,
    readSync: (view, offsetBytes) => {
      if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0) {
        throw new RangeError(`Cannot read: the offset must be a whole number from 0, current value is ${offsetBytes}`);
      }
      const wanted = Math.max(0, Math.min(view.length, sizeBytes - offsetBytes));
      if (wanted === 0) return 0;
      try {
        return extentSource(volume, pieces(offsetBytes, wanted), { sizeBytes: wanted }).readSync(
          view.subarray(0, wanted),
          0,
        );
      } catch (error) {
        if (!(error instanceof ReadError)) throw error;
        const { why, code, goodBytes, cause } = error;
        throw new ReadError(why, code, { offsetBytes: offsetBytes + goodBytes, goodBytes, cause });
      }
    },
  };
}
