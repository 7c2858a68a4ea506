import type { Run } from "./reading.ts";

export type Medium = "rotating" | "flash" | "image" | "folder";
export type Mode = "quick" | "default" | "full";

/** What green asks for: this much listed material would have been met with this confidence. */
export interface Goal {
  targetBytes: number;
  confidence: number;
}

/** Which places are read in which order. JSON-safe: it stands in the report and repeats the same reads. */
export interface Plan {
  format: "phum-plan";
  version: 1;
  sizeBytes: number;
  medium: Medium;
  mode: Mode;
  seed: string;
  phases: number[];
  goal: Goal;
  /** Which sampler made the grid; see sampler.ts. "in-order": no grid, only the rest. */
  sampler: "grid-1" | "in-order";
  /** Bytes of starts covered by one run. */
  runBytes: number;
  /** Step of the coarsest pass, start of its first run (may be negative: a run cut at byte 0), 0 without a grid. */
  stepBytes: number;
  startBytes: number;
  /** Grid passes until the goal, and in all. */
  goalPasses: number;
  gridPasses: number;
  /** Whether everything else is read in order at the end, in chunks of `chunkBytes`. */
  rest: boolean;
  chunkBytes: number;
}

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

export interface PlanRequest {
  sizeBytes: number;
  medium: Medium;
  mode: Mode;
  seed: string;
  phases: number[];
  /** Default: 20 MiB at 99 %. */
  goal?: Goal;
}
// export function planOf(request: PlanRequest): Plan
// export function passesOf(plan: Plan, sampler?: Sampler): Generator<Pass>
// export function planFrom(value: unknown): Plan | null          // a plan out of a report; null when it is none
// neighbourhoodOf(hitOffsetBytes, sizeBytes): Run                // ±2 MiB, 4,096-aligned, clipped (never enters covered)
