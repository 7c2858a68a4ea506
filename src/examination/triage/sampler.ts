import { BLOCK_BYTES } from "#base/hashing";
import type { Run } from "./reading.ts";

/** What a sampler needs to know of a plan. */
export interface SamplingGround {
  sizeBytes: number;
  runBytes: number;
  /** Step of the first pass; each later one halves it. */
  stepBytes: number;
  /** Start of the first run; may be negative (a run cut at byte 0). */
  startBytes: number;
  gridPasses: number;
}

/**
 * Chooses which places are read first: for each pass its runs, ascending, multiples of 4,096, never overlapping another
 * pass. This one function is what would be replaced if the grid had to go (the patents page of docs/design); the bound is computed
 * from what was covered, by whatever sampler, so nothing else changes.
 */
export type Sampler = (ground: SamplingGround) => Iterable<Run>[];

/** A grid with random start and step; each pass puts its runs between those before. */
export const gridSampler: Sampler = (ground) =>
  Array.from({ length: ground.gridPasses }, (_, pass) => ({
    [Symbol.iterator]: () => gridRuns(ground, { stepBytes: ground.stepBytes / 2 ** pass, oddOnly: pass > 0 }),
  }));

/** No sampling: everything is left to the reading in order. */
export const inOrderSampler: Sampler = () => [];

/** Runs at start + m·step for whole m (or odd m only), clipped to the source. */
export function* gridRuns(
  { sizeBytes, runBytes, startBytes }: SamplingGround,
  { stepBytes, oddOnly }: { stepBytes: number; oddOnly: boolean },
): Generator<Run> {
  const [run, start, step] = [runBytes / BLOCK_BYTES, startBytes / BLOCK_BYTES, stepBytes / BLOCK_BYTES];
  const cells = Math.floor(sizeBytes / BLOCK_BYTES);
  let m = Math.floor((-run - start) / step) - 2;
  if (oddOnly && m % 2 === 0) m++;
  for (; ; m += oddOnly ? 2 : 1) {
    const cell = Math.floor(start + m * step);
    if (cell >= cells) return;
    if (cell + run <= 0) continue;
    const from = Math.max(0, cell) * BLOCK_BYTES;
    yield { offsetBytes: from, lengthBytes: (cell + run >= cells ? sizeBytes : (cell + run) * BLOCK_BYTES) - from };
  }
}
