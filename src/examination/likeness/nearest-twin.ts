import { distanceBits } from "./distance-bits.ts";
import { type Near, type NearestIndex, type NearFound, nearestFirst } from "./nearest-index.ts";

/**
 * The readable index: looks at every entry. What every other one must give.
 *
 * @param hashes 32 bytes an entry.
 */
export function nearestTwin(hashes: Uint8Array): NearestIndex {
  const count = hashes.length / 32;
  const hashAt = (entry: number): Uint8Array => hashes.subarray(entry * 32, entry * 32 + 32);
  const search = (hash: Uint8Array, distance: number, most = 1000): NearFound => {
    const near: Near[] = [];
    for (let entry = 0; entry < count; entry++) {
      const bits = distanceBits(hash, hashAt(entry));
      if (bits <= distance) near.push({ entry, distanceBits: bits });
    }
    return { near: near.sort(nearestFirst).slice(0, most), total: near.length };
  };
  return {
    count,
    memoryBytes: hashes.length,
    search,
    scan: (queries, distance, most) =>
      Array.from({ length: queries.length / 32 }, (_, i) =>
        search(queries.subarray(i * 32, i * 32 + 32), distance, most),
      ),
    hashAt: (entry) => hashAt(entry).slice(),
  };
}
