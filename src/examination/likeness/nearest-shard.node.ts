import { adviseHugePages, kernelBytes } from "#base/machine/node";
import { concatBytes } from "#base/values";
import { type Near, type NearFound, nearestFirst } from "./nearest-index.ts";
import { KEPT, type Places, placesFor } from "./nearest-places.ts";
import { arrangeTables, bitOrder, rearranged, slotRadii } from "./nearest-slots.ts";
import { sumOfLanes } from "./snapshot-sum.ts";

/** What kernels/nearest.ts exports; WASM takes plain numbers, one after the other. */
interface NearestExports {
  arrange(...numbers: number[]): void;
  fillSlot(...numbers: number[]): void;
  search(...numbers: number[]): number;
  scan(...numbers: number[]): number;
  sumLanes(...numbers: number[]): void;
}

/** Entries of one memory: with the slots of so many, 1.5 GB. */
export const SHARD_MOST = 16_000_000;

const LAYOUT = 1024;
const QUERY = 2048;
const TABLES = 4096;
const QUERIES = TABLES + 32 * 256 * 32;
const QUERIES_MOST = 64;
const FOUND = QUERIES + 32 * QUERIES_MOST;
const FOUND_MOST = 65_536;
const INPUT = FOUND + 12 * FOUND_MOST;
const INPUT_MOST = 4096;
const PAGE_BYTES = 65_536;

let compiled: WebAssembly.Module | undefined;

/** Fingerprints in one memory. */
export interface NearestShard {
  readonly count: number;
  readonly memoryBytes: number;
  /** Planes, offsets and ids, as a snapshot keeps them. A multiple of 64 bytes. */
  kept(): Uint8Array;
  /** The checksum of a part of these. @see snapshotSum */
  sumOf(part: { offsetBytes: number; lengthBytes: number }): number;
  /**
   * Asks for pages of 2 MiB. Before filling they are given at once, which makes searches faster by a third; where the system has to find as many first, that
   * takes seconds for a gigabyte. Afterwards they come little by little.
   */
  adviseHugePages(): void;
  /** Puts hashes in; once, before the first question. @param hashes Pieces of 32 bytes an entry, count entries in all. */
  fill(hashes: Iterable<Uint8Array>): void;
  search(hash: Uint8Array, distanceBits: number, most: number): NearFound;
  scan(hashes: Uint8Array, distanceBits: number, most: number): NearFound[];
  hashAt(entry: number): Uint8Array;
}

/** Whether the kernel was built. */
export function hasNearestKernel(): boolean {
  compiled ??= compiledKernel();
  return compiled !== undefined;
}

function compiledKernel(): WebAssembly.Module | undefined {
  const bytes = kernelBytes("likeness", "nearest");
  return bytes === undefined ? undefined : new WebAssembly.Module(bytes);
}

/** An empty memory for so many entries; to be filled, or to be read into by `kept`. @param count At most SHARD_MOST. */
export function openShard(count: number): NearestShard {
  compiled ??= compiledKernel();
  if (compiled === undefined) throw new RangeError("Cannot open an index: its kernel was not built");
  const places = placesFor(count);
  const pages = Math.ceil(places.end / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const kernel = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as NearestExports;
  const bytes = new Uint8Array(memory.buffer);
  const order = bitOrder(places.slots);
  bytes.set(arrangeTables(order), TABLES);
  const shard = { count, places, memory, bytes, kernel };
  placeLayout(shard, []);
  return {
    count,
    memoryBytes: places.end,
    kept: () => bytes.subarray(KEPT, places.end),
    sumOf: ({ offsetBytes, lengthBytes }) => {
      kernel.sumLanes(KEPT + offsetBytes, lengthBytes, FOUND);
      return sumOfLanes(new Uint32Array(memory.buffer, FOUND, 16), lengthBytes);
    },
    adviseHugePages: () => void adviseHugePages(memory, KEPT, places.end - KEPT),
    fill: (hashes) => fill(shard, hashes),
    search: searcher(shard),
    scan: (hashes, distance, most) => scan(shard, hashes, { distance, most }),
    hashAt: (entry) => {
      const [first, second] = places.planes.map((plane) => bytes.slice(plane + 16 * entry, plane + 16 * entry + 16));
      return rearranged(concatBytes(first ?? EMPTY, second ?? EMPTY), order);
    },
  };
}

const EMPTY = new Uint8Array(0);

interface Shard {
  count: number;
  places: Places;
  memory: WebAssembly.Memory;
  bytes: Uint8Array;
  kernel: NearestExports;
}

function fill({ count, places, bytes, kernel }: Shard, hashes: Iterable<Uint8Array>): void {
  const [first, second] = places.planes;
  let filled = 0;
  for (const piece of hashes) {
    for (let from = 0; from < piece.length; from += 32 * INPUT_MOST) {
      const part = piece.subarray(from, from + 32 * INPUT_MOST);
      if (filled + part.length / 32 > count) throw new RangeError(`Cannot fill an index of ${count} entries with more`);
      bytes.set(part, INPUT);
      kernel.arrange(INPUT, part.length / 32, TABLES, first + 16 * filled, second + 16 * filled);
      filled += part.length / 32;
    }
  }
  if (filled !== count) throw new RangeError(`Cannot fill an index of ${count} entries with ${filled}`);
  for (const [i, { plane, firstBit, bits }] of places.slots.entries()) {
    kernel.fillSlot(places.planes[plane], count, firstBit, bits, places.offsets[i] ?? 0, places.ids[i] ?? 0);
  }
}

function searcher(shard: Shard): NearestShard["search"] {
  const { places, memory, kernel } = shard;
  let radiiFor = -1;
  return (hash, distance, most) => {
    if (radiiFor !== distance) {
      const radii = slotRadii(places.slots, distance);
      if (radii === undefined) return scan(shard, hash, { distance, most })[0] ?? { near: [], total: 0 };
      placeLayout(shard, radii);
      radiiFor = distance;
    }
    arrange(shard, hash, QUERY);
    const total = kernel.search(QUERY, distance, LAYOUT, INPUT, 8 * INPUT_MOST, FOUND, FOUND_MOST);
    const words = new Uint32Array(memory.buffer, FOUND, 2 * Math.min(total, FOUND_MOST));
    const near: Near[] = [];
    for (let i = 0; i < words.length; i += 2) near.push({ entry: words[i] ?? 0, distanceBits: words[i + 1] ?? 0 });
    return { near: near.sort(nearestFirst).slice(0, most), total };
  };
}

function arrange({ bytes, kernel }: Shard, hash: Uint8Array, at: number): void {
  bytes.set(hash, INPUT);
  kernel.arrange(INPUT, 1, TABLES, at, at + 16);
}

function scan(shard: Shard, hashes: Uint8Array, how: { distance: number; most: number }): NearFound[] {
  const queries = hashes.length / 32;
  const halves = (at: number): NearFound[] =>
    [hashes.subarray(0, 32 * at), hashes.subarray(32 * at)].flatMap((half) => scan(shard, half, how));
  if (queries > QUERIES_MOST) return halves(QUERIES_MOST);
  for (let q = 0; q < queries; q++) arrange(shard, hashes.subarray(q * 32, q * 32 + 32), QUERIES + q * 32);
  const total = shard.kernel.scan(QUERIES, queries, LAYOUT, how.distance, FOUND, FOUND_MOST);
  if (total > FOUND_MOST && queries > 1) return halves(queries >> 1);
  const words = new Uint32Array(shard.memory.buffer, FOUND, 3 * Math.min(total, FOUND_MOST));
  const found: Near[][] = Array.from({ length: queries }, () => []);
  for (let i = 0; i < words.length; i += 3) {
    found[words[i] ?? 0]?.push({ entry: words[i + 1] ?? 0, distanceBits: words[i + 2] ?? 0 });
  }
  return found.map((near) => ({
    total: queries === 1 ? total : near.length,
    near: near.sort(nearestFirst).slice(0, how.most),
  }));
}

function placeLayout({ count, places, memory }: Shard, radii: readonly number[]): void {
  const { slots, planes, offsets, ids } = places;
  const rows = slots.flatMap(({ plane, firstBit, bits }, i) => [
    ...[plane, firstBit, bits, offsets[i] ?? 0, ids[i] ?? 0, radii[i] ?? -1],
  ]);
  new Int32Array(memory.buffer, LAYOUT, 4 + rows.length).set([count, ...planes, slots.length, ...rows]);
}
