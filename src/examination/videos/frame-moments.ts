/** Packets that a decoder may hold: given and not yet decoded, and pictures that are shown in another order than they are stored in. */
const HELD_MOST = 80;

/** Times of the packets that were given to the decoder, each to be taken once, the earliest first. */
export interface Moments {
  add(atMs: number): void;
  next(): number;
}

/** The decoder gives frames in the order in which they are shown, with the times of the order in which they were stored. */
export function moments(): Moments {
  const sorted: number[] = [];
  let last = 0;
  return {
    add(atMs) {
      let at = sorted.length;
      while (at > 0 && (sorted[at - 1] ?? 0) > atMs) at--;
      sorted.splice(at, 0, atMs);
      if (sorted.length > HELD_MOST) sorted.shift();
    },
    next: () => {
      last = sorted.shift() ?? last;
      return last;
    },
  };
}
