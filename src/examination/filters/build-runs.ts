import { BLOCK_BYTES } from "#base/hashing";
import { probeOffsets } from "./probe-places.ts";

/** Blocks of one run: what is kept together of a long file, so that a hit has neighbours. */
export const RUN_BLOCKS = 16;

/** Chooses the runs of a long file that are listed. */
export interface RunChooser {
  /** Says that the run (16 blocks, counted from the file's start) holds a block worth listing. Ascending; repeats allowed. */
  offer(run: number): void;
  /** The chosen runs, best first: any beginning of the list is the choice of a smaller limit. */
  chosen(): number[];
}

/**
 * Makes the chooser for one file: first the runs that are probed, then the others spread over the file.
 *
 * Runs are taken in bit-reversed order of their number (van der Corput): every beginning of that order is spread over the whole file,
 * and it does not depend on the size, so that a copy with its end cut off keeps the runs its original keeps.
 *
 * @param limitBlocks At most so many blocks: limitBlocks / 16 runs, rounded down.
 */
export function runChooser(sizeBytes: number, limitBlocks: number): RunChooser {
  const limit = Math.floor(limitBlocks / RUN_BLOCKS);
  if (limit < 3) {
    throw new RangeError(`Cannot choose runs: the limit must be at least 48 blocks, current value is ${limitBlocks}`);
  }
  const probed = new Set(probeOffsets(sizeBytes).map((offset) => Math.floor(offset / BLOCK_BYTES / RUN_BLOCKS)));
  let offered: { run: number; rank: number }[] = [];
  let last = -1;
  const trim = (): void => {
    offered.sort((a, b) => a.rank - b.rank);
    offered = offered.slice(0, limit);
  };
  return {
    offer: (run) => {
      if (run === last) return;
      last = run;
      offered.push({ run, rank: probed.has(run) ? run - 2 ** 33 : reversedBits(run) });
      if (offered.length >= 2 * limit + 64) trim();
    },
    chosen: () => {
      trim();
      return offered.map(({ run }) => run);
    },
  };
}

/** The 32 bits of a number in reverse order, unsigned. */
function reversedBits(value: number): number {
  let bits = value >>> 0;
  bits = ((bits >>> 1) & 0x55555555) | ((bits & 0x55555555) << 1);
  bits = ((bits >>> 2) & 0x33333333) | ((bits & 0x33333333) << 2);
  bits = ((bits >>> 4) & 0x0f0f0f0f) | ((bits & 0x0f0f0f0f) << 4);
  bits = ((bits >>> 8) & 0x00ff00ff) | ((bits & 0x00ff00ff) << 8);
  return ((bits >>> 16) | (bits << 16)) >>> 0;
}
