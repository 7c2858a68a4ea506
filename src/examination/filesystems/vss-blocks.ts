import { u32, u64 } from "./ntfs-fields.ts";
import type { VolumeReader } from "./volume-bytes.ts";
import { SHADOW_BLOCK, SHADOW_HEADER, SHADOW_RECORD, type ShadowCopy, shadowChain } from "./vss-catalog.ts";

// @see Volume Shadow Snapshot (VSS) format, libyal 2014: "Store block list", "Successive block descriptors", "Store bitmap"

const DESCRIPTOR = 32;
const FLAG = { forwarder: 1, overlay: 2, unused: 4 } as const;
/** 32 GiB kept by one copy. */
export const MOST_SHADOW_BLOCKS = 2 ** 21;

/** Where a block of a shadow copy stands. */
export interface ShadowTarget {
  /** In the volume as it is now; of a moved block in the next newer state of the volume. */
  atByte: number;
  moved: boolean;
}

/** Sectors of a block that were written into the copy itself: bit i is the sector i of 512 bytes. */
export interface ShadowOverlay {
  atByte: number;
  sectors: number;
}

/** What one shadow copy keeps. */
export interface ShadowTable {
  /** Numbers of the blocks kept, ascending. */
  numbers: Uint32Array;
  find(number: number): ShadowTarget | null;
  overlays: Map<number, ShadowOverlay>;
  /** Blocks to which kept ones had moved. */
  movedTo: Set<number>;
}

/** The blocks a copy keeps; "damaged" where its list breaks off: then what is not listed is not known to be the same. */
export function readShadowTable(read: VolumeReader, copy: ShadowCopy): ShadowTable | "damaged" | "too-large" {
  const building = { kept: new Map<number, ShadowTarget>(), overlays: new Map(), forwarders: new Map() };
  const most = MOST_SHADOW_BLOCKS / 256;
  for (const bytes of shadowChain(read, copy.blocksAt, { record: SHADOW_RECORD.blocks, most })) {
    if (bytes === null) return "damaged";
    for (let at = SHADOW_HEADER; at < SHADOW_BLOCK; at += DESCRIPTOR) addDescriptor(building, bytes, at);
    if (building.kept.size > MOST_SHADOW_BLOCKS || building.overlays.size > MOST_SHADOW_BLOCKS) return "too-large";
  }
  return tableOf(building);
}

interface Building {
  kept: Map<number, ShadowTarget>;
  overlays: Map<number, ShadowOverlay>;
  /** By the block something moved to: the block it was. */
  forwarders: Map<number, number>;
}

function addDescriptor({ kept, overlays, forwarders }: Building, bytes: Uint8Array, at: number): void {
  const flags = u32(bytes, at + 24);
  let number = Math.floor(u64(bytes, at) / SHADOW_BLOCK);
  const relative = u64(bytes, at + 8);
  const atByte = u64(bytes, at + 16);
  if ((flags & FLAG.unused) !== 0 || number >= 2 ** 32) return;
  const isForwarder = (flags & FLAG.forwarder) !== 0;
  if (!isForwarder && atByte === 0) return;
  if ((flags & FLAG.overlay) !== 0) {
    const known = overlays.get(number);
    const sectors = u32(bytes, at + 28);
    if (known === undefined) overlays.set(number, { atByte, sectors });
    else known.sectors = (known.sectors | sectors) >>> 0;
    return;
  }
  const was = forwarders.get(number);
  if (was !== undefined) {
    // What had moved here is kept now: the block it was is meant.
    forwarders.delete(number);
    number = was;
    if (isForwarder && number * SHADOW_BLOCK === relative) return;
  }
  kept.set(number, { atByte: isForwarder ? relative : atByte, moved: isForwarder });
  if (isForwarder) forwarders.set(Math.floor(relative / SHADOW_BLOCK), number);
}

function tableOf({ kept, overlays, forwarders }: Building): ShadowTable {
  const numbers = Uint32Array.from(kept.keys()).sort();
  const places = Float64Array.from(numbers, (number) => kept.get(number)?.atByte ?? 0);
  const moved = Uint8Array.from(numbers, (number) => (kept.get(number)?.moved === true ? 1 : 0));
  const find = (number: number): ShadowTarget | null => {
    let low = 0;
    let high = numbers.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const here = numbers[middle] ?? 0;
      if (here === number) return { atByte: places[middle] ?? 0, moved: moved[middle] === 1 };
      if (here < number) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  };
  return { numbers, find, overlays, movedTo: new Set(forwarders.keys()) };
}

const BITMAP_BYTES = SHADOW_BLOCK - SHADOW_HEADER;

/** Which blocks were free when a copy was made, by one bitmap; null where there is none, or it is damaged. */
export function readShadowBitmap(
  read: VolumeReader,
  firstAt: number,
  blocks: number,
): ((number: number) => boolean) | null {
  if (firstAt === 0) return null;
  const pages = Math.ceil(blocks / 8 / BITMAP_BYTES);
  const bits = new Uint8Array(Math.ceil(blocks / 8));
  let page = 0;
  for (const bytes of shadowChain(read, firstAt, { record: SHADOW_RECORD.bitmap, most: pages + 1 })) {
    if (bytes === null) return null;
    const at = page++ * BITMAP_BYTES;
    if (at < bits.length) bits.set(bytes.subarray(SHADOW_HEADER, SHADOW_HEADER + bits.length - at), at);
  }
  return (number) => ((bits[number >> 3] ?? 0) & (1 << (number & 7))) !== 0;
}
