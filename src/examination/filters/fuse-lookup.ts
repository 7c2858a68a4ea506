import { readDescriptors } from "./fuse-layout.ts";
import { placeOf, shardOf } from "./fuse-place.ts";

/** Batch membership in a shared memory. */
export interface Lookup {
  /**
   * Looks up fingerprints in the scanned plane of a set.
   *
   * @param fingerprintsAt `count` u64, 8-aligned.
   * @param count Any number; eight thousand at a time are fast.
   * @param setAt Where loadScanPlane put the set.
   * @param hitsAt 4-aligned, lookupBytes(count) bytes, all written over; the first `hits` u32 are indexes into the batch, ascending.
   * @returns The number of hits.
   */
  lookup(fingerprintsAt: number, count: number, setAt: number, hitsAt: number): number;
}

/** Bytes that a lookup of `count` fingerprints needs at hitsAt: its hits, and behind them the kernel's scratch. */
export function lookupBytes(count: number): number {
  const [hit, places, index, flag, buckets, alignment] = [4, 32, 4, 1, 4096, 16];
  return count * (hit + places + index + flag) + buckets + alignment;
}

/** The kernel's lookup in readable TypeScript, about a hundred times slower. */
export function referenceLookup(memory: WebAssembly.Memory): Lookup {
  return {
    lookup: (...[fingerprintsAt, count, setAt, hitsAt]) => {
      const set = readDescriptors(memory.buffer, setAt);
      const fingerprints = new BigUint64Array(memory.buffer, fingerprintsAt, count);
      const found = new Uint32Array(memory.buffer, hitsAt, count);
      let hits = 0;
      for (const [index, fingerprint] of fingerprints.entries()) {
        if (stands(memory.buffer, { set, setAt }, fingerprint)) found[hits++] = index;
      }
      return hits;
    },
  };
}

/** Whether the scanned check bits of one fingerprint stand in the set at `setAt`. */
export function standsInMemory(buffer: ArrayBufferLike, setAt: number, fingerprint: bigint): boolean {
  return stands(buffer, { set: readDescriptors(buffer, setAt), setAt }, fingerprint);
}

interface SetAt {
  set: ReturnType<typeof readDescriptors>;
  setAt: number;
}

function stands(buffer: ArrayBufferLike, { set, setAt }: SetAt, fingerprint: bigint): boolean {
  const shard = set.shards[shardOf(fingerprint, set.shardBits)];
  if (shard === undefined) throw new RangeError(`Cannot look up: no set at address ${setAt}`);
  const cells = new Uint32Array(buffer, setAt + shard.cellsAt, shard.cells);
  const { positions, scan } = placeOf(fingerprint, shard);
  const [a, b, c] = positions;
  const cell = (cells[a] ?? 0) ^ (cells[b] ?? 0) ^ (cells[c] ?? 0);
  return ((cell ^ scan) & set.checkMask) === 0;
}
