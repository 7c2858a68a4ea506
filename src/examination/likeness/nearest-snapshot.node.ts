import { utf8 } from "#base/values";
import { overShards, shardCounts } from "./nearest-index.node.ts";
import type { NearestIndex } from "./nearest-index.ts";
import { keptBytes } from "./nearest-places.ts";
import { type NearestShard, openShard, SHARD_MOST } from "./nearest-shard.node.ts";

const MAGIC = utf8("PHUMNEAR");
const VERSION = 2;
const HEADER_BYTES = 64;
/** Summed up while it is still in the processor's cache. */
const CHUNK_BYTES = 2 ** 20;
/** 40 memories: more than any machine here holds. */
const COUNT_MOST = 40 * SHARD_MOST;

/**
 * The bytes of a snapshot, in pieces (docs/formats/likeness-index.md). They hold the fingerprints: whoever writes them to a disk seals
 * them.
 *
 * @throws {RangeError} For an index without a kernel.
 */
export function* snapshotPieces({ count, shards }: NearestIndex & { shards: NearestShard[] }): Generator<Uint8Array> {
  if (shards.length === 0) throw new RangeError("Cannot write a snapshot: the index has no kernel");
  const sums = shards.flatMap((shard) => chunksOf(shard).map((chunk) => shard.sumOf(chunk)));
  const header = new Uint8Array(HEADER_BYTES + 4 * sums.length);
  const view = new DataView(header.buffer);
  header.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, CHUNK_BYTES, true);
  view.setBigUint64(16, BigInt(count), true);
  view.setUint32(24, SHARD_MOST, true);
  view.setUint32(28, sums.length, true);
  for (const [i, sum] of sums.entries()) view.setUint32(HEADER_BYTES + 4 * i, sum, true);
  yield header;
  for (const shard of shards) yield* chunksOf(shard).map(({ bytes }) => bytes);
}

/** A part of what a shard keeps. */
interface Chunk {
  offsetBytes: number;
  lengthBytes: number;
  bytes: Uint8Array;
}

function chunksOf({ kept }: NearestShard): Chunk[] {
  const all = kept();
  return Array.from({ length: Math.ceil(all.length / CHUNK_BYTES) }, (_, i) => {
    const bytes = all.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES);
    return { offsetBytes: i * CHUNK_BYTES, lengthBytes: bytes.length, bytes };
  });
}

/** Why a snapshot cannot be used. */
export interface BrokenSnapshot {
  broken: "not-a-snapshot" | "other-version" | "cut-off" | "damaged";
}

/**
 * Reads a snapshot straight into its index.
 *
 * @param fill Writes the next bytes into all of a view. @returns whether there were so many.
 * @returns The index, or why it cannot be used. Damage is found by a checksum a chunk; tampering is for the seal to find.
 */
export function readSnapshot(fill: (view: Uint8Array) => boolean): NearestIndex | BrokenSnapshot {
  const header = new Uint8Array(HEADER_BYTES);
  if (!fill(header) || !MAGIC.every((byte, i) => header[i] === byte)) return { broken: "not-a-snapshot" };
  const view = new DataView(header.buffer);
  const count = Number(view.getBigUint64(16, true));
  const known = view.getUint32(8, true) === VERSION && view.getUint32(12, true) === CHUNK_BYTES;
  if (!known || view.getUint32(24, true) !== SHARD_MOST) return { broken: "other-version" };
  if (count > COUNT_MOST) return { broken: "damaged" };
  const counts = shardCounts(count);
  const chunks = counts.reduce((sum, each) => sum + Math.ceil(keptBytes(each) / CHUNK_BYTES), 0);
  if (view.getUint32(28, true) !== chunks) return { broken: "damaged" };
  const sums = new Uint8Array(4 * chunks);
  if (!fill(sums)) return { broken: "cut-off" };
  const expected = new DataView(sums.buffer);
  const shards: NearestShard[] = [];
  let next = 0;
  for (const each of counts) {
    const shard = openShard(each);
    for (const chunk of chunksOf(shard)) {
      if (!fill(chunk.bytes)) return { broken: "cut-off" };
      if (shard.sumOf(chunk) !== expected.getUint32(4 * next++, true)) return { broken: "damaged" };
    }
    // Not before: a load is to be short, and every page comes at once.
    shard.adviseHugePages();
    shards.push(shard);
  }
  return overShards(shards);
}
