import type { SealedReader } from "#base/signing/node";
import type { StoredShard } from "./filter-file-payload.ts";
import { type FusePlace, placeOf, shardOf } from "./fuse-place.ts";
import { CHECK_CELL_BYTES, SCAN_CELL_BYTES } from "./fuse-shape.ts";

/** Both planes of a set, read from the sealed file as needed. */
export interface StoredCells {
  scanStands(fingerprint: bigint): boolean;
  checkStands(fingerprint: bigint): boolean;
}

/** What is decrypted at a time, and how many such pieces are kept: 16 MiB, however many hits a device holds. */
const PAGE_BYTES = 65536;
const PAGES_KEPT = 256;

/** Opens a set's planes in the file: nothing is read before the first question. */
export function storedCells({ plainBytes, readInto }: SealedReader, shards: readonly StoredShard[]): StoredCells {
  const pages = new Map<number, DataView>();
  const pageAt = (number: number): DataView => {
    const kept = pages.get(number);
    if (kept !== undefined) return kept;
    const from = number * PAGE_BYTES;
    const page = new Uint8Array(Math.min(PAGE_BYTES, plainBytes - from));
    readInto(page, from);
    const oldest = pages.size >= PAGES_KEPT ? pages.keys().next() : undefined;
    if (oldest?.done === false) pages.delete(oldest.value);
    const view = new DataView(page.buffer);
    pages.set(number, view);
    return view;
  };
  // Cells lie at multiples of their own size, so none crosses a page.
  const scanCell = (at: number): number => pageAt(Math.floor(at / PAGE_BYTES)).getUint32(at % PAGE_BYTES, true);
  const checkCell = (at: number): number => pageAt(Math.floor(at / PAGE_BYTES)).getUint16(at % PAGE_BYTES, true);
  const shardBits = Math.log2(shards.length);
  const stands = (fingerprint: bigint, holds: (shard: StoredShard, place: FusePlace) => boolean): boolean => {
    const shard = shards[shardOf(fingerprint, shardBits)];
    return shard !== undefined && holds(shard, placeOf(fingerprint, shard));
  };
  return {
    scanStands: (fingerprint) =>
      stands(fingerprint, ({ scanAt }, { positions: [a, b, c], scan }) => {
        const at = (position: number): number => scanCell(scanAt + position * SCAN_CELL_BYTES);
        return (at(a) ^ at(b) ^ at(c)) >>> 0 === scan;
      }),
    checkStands: (fingerprint) =>
      stands(fingerprint, ({ checkAt }, { positions: [a, b, c], check }) => {
        const at = (position: number): number => checkCell(checkAt + position * CHECK_CELL_BYTES);
        return (at(a) ^ at(b) ^ at(c)) === check;
      }),
  };
}
