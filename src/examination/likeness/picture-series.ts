import type { NearestIndex } from "./nearest-index.ts";

/** Pictures grouped by likeness around one of them. */
export interface Series {
  /** Position in what was given of the one that stands for them: every other is near it. */
  first: number;
  /** Pictures in it, the first one among them; two and more. */
  members: number;
}

/**
 * Groups pictures into series, in the order in which they are given: the first that is in none begins one, and takes in whatever is
 * near it and in none. So whoever looks at the first has seen something near each. Largest first.
 *
 * @param hashes 32 bytes each.
 * @param index Over the same hashes.
 */
export function seriesOf(hashes: Uint8Array, index: NearestIndex, distanceBits: number): Series[] {
  const count = hashes.length / 32;
  const taken = new Uint8Array(count);
  const series: Series[] = [];
  for (let first = 0; first < count; first++) {
    if (taken[first] === 1) continue;
    let members = 0;
    for (const { entry } of index.search(hashes.subarray(32 * first, 32 * first + 32), distanceBits, count).near) {
      if (taken[entry] === 1) continue;
      taken[entry] = 1;
      members++;
    }
    if (members > 1) series.push({ first, members });
  }
  return series.sort((a, b) => b.members - a.members || a.first - b.first);
}
