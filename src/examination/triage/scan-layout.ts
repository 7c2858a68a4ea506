import { BLOCK_BYTES, OVERLAP_BYTES, SECTOR_BYTES } from "#base/hashing";
import { lookupBytes } from "#examination/filters";

/** Starts that one call of the kernel takes: as many as still fit the processor's second cache with their look-up. */
export const BATCH_STARTS = 8192;
const PAGE_BYTES = 65536;

/** Where one scanning thread works; byte addresses in the shared memory. */
export interface WorkArea {
  /** 4096-aligned: what O_DIRECT asks for. */
  dataAt: number;
  dataBytes: number;
  hashesAt: number;
  flagsAt: number;
  blockHashesAt: number;
  fingerprintsAt: number;
  startsAt: number;
  hitsAt: number;
  histogramAt: number;
}

/** Parts that share a set key share the hash pass. */
export interface SetArea {
  keysAt: number;
  parts: { part: number; sipAt: number; planeAt: number }[];
}

export interface ScanLayout {
  sets: SetArea[];
  work: WorkArea[];
  /** WebAssembly pages of 64 KiB, exactly what is needed. */
  pages: number;
}

export interface LayoutNeeds {
  /** One a filter part, in order. */
  parts: { setKeyId: string; scanBytes: number }[];
  workers: number;
  chunkBytes: number;
  keysBytes: number;
  sipBytes: number;
}

/** Lays the shared memory out; the first 64 KiB stay unused. */
export function scanLayout({ parts, workers, chunkBytes, keysBytes, sipBytes }: LayoutNeeds): ScanLayout {
  let at = PAGE_BYTES;
  const take = (bytes: number, aligned = 64): number => {
    const from = Math.ceil(at / aligned) * aligned;
    at = from + bytes;
    return from;
  };
  const sets = new Map<string, SetArea>();
  for (const [part, { setKeyId, scanBytes }] of parts.entries()) {
    const set = sets.get(setKeyId) ?? { keysAt: take(keysBytes), parts: [] };
    sets.set(setKeyId, set);
    set.parts.push({ part, sipAt: take(sipBytes), planeAt: take(scanBytes, BLOCK_BYTES) });
  }
  const sectors = (chunkBytes + OVERLAP_BYTES) / SECTOR_BYTES;
  const work = Array.from({ length: workers }, () => ({
    dataAt: take(chunkBytes + 2 * BLOCK_BYTES, BLOCK_BYTES),
    dataBytes: chunkBytes + 2 * BLOCK_BYTES,
    hashesAt: take(sectors * 16),
    flagsAt: take(sectors),
    blockHashesAt: take(BATCH_STARTS * 16),
    fingerprintsAt: take(BATCH_STARTS * 8),
    startsAt: take(BATCH_STARTS * 4),
    hitsAt: take(lookupBytes(BATCH_STARTS)),
    histogramAt: take(1024),
  }));
  return { sets: [...sets.values()], work, pages: Math.ceil(at / PAGE_BYTES) };
}
