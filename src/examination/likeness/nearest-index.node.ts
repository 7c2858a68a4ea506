import { type Near, type NearestIndex, type NearFound, nearestFirst } from "./nearest-index.ts";
import { hasNearestKernel, type NearestShard, openShard, SHARD_MOST } from "./nearest-shard.node.ts";
import { nearestTwin } from "./nearest-twin.ts";
import { type LikenessEntries, readSet, type StoredHashes, type StoredSet } from "./set-layout.ts";

const MOST = 1000;

/**
 * Builds an index. Memory: 80 bytes an entry and 130 MB from 3 million entries on; beyond 16 million several memories.
 *
 * @param hashes 32 bytes an entry.
 * @returns The twin, which looks at every entry, where the kernel was not built.
 * @throws {RangeError} Where the bytes are no whole entries.
 */
export function buildNearestIndex(hashes: Uint8Array): NearestIndex & { shards: NearestShard[] } {
  if (hashes.length % 32 !== 0) {
    throw new RangeError(`Cannot build an index: entries have 32 bytes, current length is ${hashes.length}`);
  }
  if (!hasNearestKernel()) return { ...nearestTwin(hashes), shards: [] };
  return filled({
    count: hashes.length / 32,
    pieces: function* (first, entries) {
      yield hashes.subarray(32 * first, 32 * (first + entries));
    },
  });
}

/** Reads a stored set and builds the index of its known pictures on the way: they lie in memory once, not twice. */
export function readIndexedSet(stored: StoredSet): { entries: LikenessEntries; known?: NearestIndex } {
  if (!hasNearestKernel()) return { entries: readSet(stored) };
  let known: NearestIndex | undefined;
  const entries = readSet(stored, (hashes) => {
    known = filled(hashes);
  });
  return { entries, ...(known && { known }) };
}

function filled({ count, pieces }: StoredHashes): NearestIndex & { shards: NearestShard[] } {
  const shards = shardCounts(count).map((entries, i) => {
    const shard = openShard(entries);
    shard.adviseHugePages();
    shard.fill(pieces(SHARD_MOST * i, entries));
    return shard;
  });
  return overShards(shards);
}

/** How many entries each memory holds. */
export function shardCounts(count: number): number[] {
  const shards = Math.max(1, Math.ceil(count / SHARD_MOST));
  return Array.from({ length: shards }, (_, i) => Math.min(SHARD_MOST, count - i * SHARD_MOST));
}

/** One index over several memories. */
export function overShards(shards: NearestShard[]): NearestIndex & { shards: NearestShard[] } {
  const joined = (found: NearFound[], most: number): NearFound => {
    if (found.length === 1 && found[0] !== undefined) return found[0];
    const near = found.flatMap(({ near: some }, i) =>
      some.map((one): Near => ({ ...one, entry: one.entry + i * SHARD_MOST })),
    );
    return { near: near.sort(nearestFirst).slice(0, most), total: found.reduce((sum, { total }) => sum + total, 0) };
  };
  return {
    shards,
    count: shards.reduce((sum, { count }) => sum + count, 0),
    memoryBytes: shards.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0),
    search: (hash, distance, most = MOST) =>
      joined(
        shards.map((shard) => shard.search(hash, distance, most)),
        most,
      ),
    scan: (hashes, distance, most = MOST) => {
      const each = shards.map((shard) => shard.scan(hashes, distance, most));
      return Array.from({ length: hashes.length / 32 }, (_, q) =>
        joined(
          each.map((found) => found[q] ?? { near: [], total: 0 }),
          most,
        ),
      );
    },
    hashAt: (entry) => shards[Math.floor(entry / SHARD_MOST)]?.hashAt(entry % SHARD_MOST) ?? new Uint8Array(32),
  };
}
