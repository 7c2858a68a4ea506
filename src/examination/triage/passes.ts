import { BLOCK_BYTES } from "#base/hashing";
import type { Plan } from "./plan.ts";
import { newIntervals, type Run } from "./reading.ts";
import { gridSampler, inOrderSampler, type Sampler } from "./sampler.ts";
import { NEIGHBOURHOOD_BYTES } from "./thresholds.ts";

/**
 * One sweep over the source. Runs ascend, never overlap, and never touch what an earlier pass covered. A run covers all
 * blocks that *start* at one of its sectors: the engine reads 3,584 bytes more where the source has them.
 * A run's offset is a multiple of 4,096, its end too except at the source's end.
 */
export interface Pass {
  kind: "grid" | "rest";
  /** 0, 1, 2 … over the whole plan. */
  index: number;
  /** Runs and bytes of the pass, for the estimate of the time left. */
  runCount: number;
  bytes: number;
  /** May be iterated several times. */
  runs: Iterable<Run>;
}

const SAMPLERS: Record<Plan["sampler"], Sampler> = { "grid-1": gridSampler, "in-order": inOrderSampler };

/** The passes of a plan in their order: grid passes, each between those before, then the rest in order. */
export function* passesOf(plan: Plan, sampler: Sampler = SAMPLERS[plan.sampler]): Generator<Pass> {
  const grid = sampler(plan);
  for (const [index, runs] of grid.entries()) yield { kind: "grid", index, ...measured(runs), runs };
  if (!plan.rest) return;
  const runs = { [Symbol.iterator]: () => restRuns(plan, grid) };
  yield { kind: "rest", index: grid.length, ...measured(runs), runs };
}

function measured(runs: Iterable<Run>): { runCount: number; bytes: number } {
  let [runCount, bytes] = [0, 0];
  for (const { lengthBytes } of runs) {
    runCount++;
    bytes += lengthBytes;
  }
  return { runCount, bytes };
}

function* restRuns({ sizeBytes, chunkBytes }: Plan, grid: Iterable<Run>[]): Generator<Run> {
  const sampled = newIntervals();
  for (const runs of grid) for (const { offsetBytes, lengthBytes } of runs) sampled.add(offsetBytes, lengthBytes);
  for (const { offsetBytes, lengthBytes } of sampled.gaps(0, sizeBytes)) {
    for (let at = 0; at < lengthBytes; at += chunkBytes) {
      yield { offsetBytes: offsetBytes + at, lengthBytes: Math.min(chunkBytes, lengthBytes - at) };
    }
  }
}

/** What is read around a hit: 2 MiB to each side, multiples of 4,096, clipped to the source. Never part of the statistics. */
export function neighbourhoodOf(hitOffsetBytes: number, sizeBytes: number): Run {
  const cell = Math.floor(hitOffsetBytes / BLOCK_BYTES) * BLOCK_BYTES;
  const from = Math.max(0, cell - NEIGHBOURHOOD_BYTES);
  return { offsetBytes: from, lengthBytes: Math.min(sizeBytes, cell + BLOCK_BYTES + NEIGHBOURHOOD_BYTES) - from };
}
