import type { Standing } from "./medium-message.ts";

/** What claims a byte, the strongest first. */
const CLAIMS = ["allocated", "slack", "deleted", "guess", "orphan", "unallocated", "volume", "outside"] as const;
export type Claim = (typeof CLAIMS)[number];

/** A standing that is written down when it is first needed. */
export type LazyStanding = () => Standing;

/** Who stands at some bytes. Memory follows the number of bytes asked for, never that of the claims. */
export interface StandingBook {
  /** The range's bytes stand there, unless a stronger or an earlier equal claim was made. */
  claim(claim: Claim, range: { startByte: number; lengthBytes: number }, standing: LazyStanding): void;
  result(): { standings: Standing[]; of: number[] };
}

/** Opens a book. @param offsets Ascending. */
export function standingBook(offsets: readonly number[]): StandingBook {
  const ranks = new Uint8Array(offsets.length).fill(CLAIMS.length);
  const of = new Int32Array(offsets.length).fill(-1);
  const written = new Map<LazyStanding, number>();
  const standings: Standing[] = [];
  let latest: LazyStanding | undefined;
  const indexOf = (standing: LazyStanding): number => {
    // The ranges of one stream come one after another: only the last few need to be known again.
    if (standing !== latest && written.size > 64) written.clear();
    latest = standing;
    const known = written.get(standing);
    if (known !== undefined) return known;
    written.set(standing, standings.length);
    return standings.push(standing()) - 1;
  };
  return {
    claim(claim, { startByte, lengthBytes }, standing) {
      const rank = CLAIMS.indexOf(claim);
      const end = startByte + lengthBytes;
      for (let i = lowerBound(offsets, startByte); (offsets[i] ?? end) < end; i++) {
        if (rank >= (ranks[i] ?? 0)) continue;
        ranks[i] = rank;
        of[i] = indexOf(standing);
      }
    },
    result: () => used(standings, of),
  };
}

/** Standings that were not superseded, in the order of the bytes. */
function used(standings: readonly Standing[], of: Int32Array): { standings: Standing[]; of: number[] } {
  const kept: Standing[] = [];
  const newIndex = new Map<number, number>();
  const numbers = Array.from(of, (old) => {
    const standing = standings[old];
    if (standing === undefined) return -1;
    const known = newIndex.get(old) ?? kept.push(standing) - 1;
    newIndex.set(old, known);
    return known;
  });
  return { standings: kept, of: numbers };
}

function lowerBound(offsets: readonly number[], value: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
