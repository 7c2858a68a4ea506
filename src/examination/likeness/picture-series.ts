import type { NearestIndex } from "./nearest-index.ts";

/** Pictures grouped by likeness: within a series each is near another one. */
export interface Series {
  /** Positions in what was given, ascending; two and more. */
  members: number[];
}

/**
 * Groups pictures into series: whoever is near one of a series belongs to it. Largest first.
 *
 * @param hashes 32 bytes each.
 * @param index Over the same hashes.
 */
export function seriesOf(hashes: Uint8Array, index: NearestIndex, distanceBits: number): Series[] {
  const count = hashes.length / 32;
  const parents = Uint32Array.from({ length: count }, (_, i) => i);
  const rootOf = (of: number): number => {
    let at = of;
    for (let up = parents[at] ?? at; up !== at; up = parents[at] ?? at) {
      parents[at] = parents[up] ?? up;
      at = up;
    }
    return at;
  };
  for (let i = 0; i < count; i++) {
    for (const { entry } of index.search(hashes.subarray(32 * i, 32 * i + 32), distanceBits, count).near) {
      const [a, b] = [rootOf(i), rootOf(entry)];
      if (a !== b) parents[Math.max(a, b)] = Math.min(a, b);
    }
  }
  const series = new Map<number, number[]>();
  for (let i = 0; i < count; i++) series.set(rootOf(i), [...(series.get(rootOf(i)) ?? []), i]);
  return [...series.values()]
    .filter(({ length }) => length > 1)
    .map((members) => ({ members }))
    .sort((a, b) => b.members.length - a.members.length || (a.members[0] ?? 0) - (b.members[0] ?? 0));
}
