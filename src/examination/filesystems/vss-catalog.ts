import { fileTimeMs, u32, u64 } from "./ntfs-fields.ts";
import type { NoteProblem } from "./problem.ts";
import type { VolumeReader } from "./volume-bytes.ts";

// @see Volume Shadow Snapshot (VSS) format, libyal 2014: "Volume header", "Catalog"

/** Shadow copies are kept in blocks of this size. */
export const SHADOW_BLOCK = 0x4000;
export const SHADOW_HEADER = 128;

/** What a block of the shadow copies' own tables holds. */
export const SHADOW_RECORD = { volume: 1, catalog: 2, blocks: 3, bitmap: 6 } as const;

const HEADER_BYTE = 0x1e00;
const IDENTIFIER = "6b87083876c1484eb7ae04046e6cc752";
const ENTRY = 128;
const MOST_CATALOG_BLOCKS = 1024;
/** Windows keeps at most 512 on a volume. */
const MOST_COPIES = 512;

/** A shadow copy as the catalog tells of it; offsets are bytes of the volume. */
export interface ShadowCopy {
  createdMs: number;
  sequence: number;
  blocksAt: number;
  bitmapAt: number;
  /** 0: none. */
  previousBitmapAt: number;
}

/** Whether a block of a kind stands here. */
function isShadowBlock(bytes: Uint8Array, record: number): boolean {
  if (bytes.length < SHADOW_HEADER || u32(bytes, 20) !== record) return false;
  for (let i = 0; i < 16; i++) if (bytes[i] !== Number.parseInt(IDENTIFIER.slice(i * 2, i * 2 + 2), 16)) return false;
  return true;
}

/** The shadow copies of an NTFS volume, the oldest first. */
export function readShadowCatalog(read: VolumeReader, note: NoteProblem): ShadowCopy[] {
  const header = read(HEADER_BYTE, 512);
  if (!isShadowBlock(header, SHADOW_RECORD.volume)) return [];
  const told = new Map<string, { createdMs: number; sequence: number }>();
  const stored = new Map<string, Pick<ShadowCopy, "blocksAt" | "bitmapAt" | "previousBitmapAt">>();
  for (const bytes of shadowChain(read, u64(header, 48), {
    record: SHADOW_RECORD.catalog,
    most: MOST_CATALOG_BLOCKS,
  })) {
    if (bytes === null) {
      note("shadow-catalog", u64(header, 48));
      break;
    }
    for (let at = SHADOW_HEADER; at + ENTRY <= bytes.length && told.size < MOST_COPIES; at += ENTRY) {
      const kind = u64(bytes, at);
      const key = bytes.subarray(at + 16, at + 32).join();
      if (kind === 2) told.set(key, { sequence: u64(bytes, at + 32), createdMs: fileTimeMs(bytes, at + 48) ?? 0 });
      if (kind !== 3 || stored.size >= MOST_COPIES) continue;
      const blocksAt = u64(bytes, at + 8);
      stored.set(key, { blocksAt, bitmapAt: u64(bytes, at + 48), previousBitmapAt: u64(bytes, at + 72) });
    }
  }
  const copies: ShadowCopy[] = [];
  for (const [key, places] of stored) {
    const about = told.get(key);
    if (about !== undefined) copies.push({ ...about, ...places });
  }
  return copies.sort((a, b) => a.createdMs - b.createdMs || a.sequence - b.sequence);
}

/** The blocks of a chain, each of which names the next; null in place of one that is damaged, and the end. */
export function* shadowChain(
  read: VolumeReader,
  firstAt: number,
  { record, most }: { record: number; most: number },
): Generator<Uint8Array | null> {
  let at = firstAt;
  for (let count = 0; at !== 0; count++) {
    const bytes = read(at, SHADOW_BLOCK);
    if (count >= most || bytes.length < SHADOW_BLOCK || !isShadowBlock(bytes, record) || u64(bytes, 32) !== at) {
      yield null;
      return;
    }
    yield bytes;
    at = u64(bytes, 40);
  }
}
