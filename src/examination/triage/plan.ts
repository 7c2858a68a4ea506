import { BLOCK_BYTES, PHASES } from "#base/hashing";
import { seededRandom } from "#base/values";
import { type GapProfile, gapProfile, missed, shapeOf } from "./gap-profile.ts";
import { gridRuns, type SamplingGround } from "./sampler.ts";
import {
  CHUNK_BYTES,
  FILE_SHAPE_BYTES,
  FIRST_PASS_RUNS,
  GOAL,
  GOAL_RUNS_MOST,
  GRID_RUNS_MOST,
  IN_ORDER_SECONDS,
  LONGEST_RUN_BYTES,
  MEDIA,
  STEP_SHARE,
} from "./thresholds.ts";

export type Medium = "rotating" | "flash" | "image" | "folder";
export type Mode = "quick" | "default" | "full";

/** What green asks for: this much listed material would have been met with this confidence. */
export interface Goal {
  targetBytes: number;
  confidence: number;
}

/** Which places are read in which order. JSON-safe: it stands in the report and repeats the same reads. */
export interface Plan extends SamplingGround {
  format: "phum-plan";
  version: 1;
  medium: Medium;
  mode: Mode;
  seed: string;
  phases: number[];
  goal: Goal;
  /** "in-order": no grid, only the rest; for a folder nothing at all is planned here. */
  sampler: "grid-1" | "in-order";
  /** Grid passes until the goal; gridPasses counts the further halvings, too. */
  goalPasses: number;
  /** Whether everything else is read in order at the end, in chunks of `chunkBytes`. */
  rest: boolean;
  chunkBytes: number;
  /** Before the grid the probe places of the media files that file systems name are read; they count in no statistics. */
  guided?: true;
}

export interface PlanRequest {
  sizeBytes: number;
  medium: Medium;
  mode: Mode;
  seed: string;
  /** Phases at which blocks will be looked for, 0-7. */
  phases: number[];
  /** Default: 20 MiB at 99 %. */
  goal?: Goal;
}

/**
 * Plans the reading of a source. Equal requests give equal plans.
 *
 * quick: the grid that reaches the goal. default: that grid, halvings while they are cheaper than reading on, then the rest.
 * full: that grid, then the rest at once. Where the grid is no quicker, or the source is read in 10 s: only the rest.
 *
 * @throws {RangeError} When a number of the request makes no sense.
 */
export function planOf(request: PlanRequest): Plan {
  const { goal = GOAL, ...asked } = request;
  checkRequest(request, goal);
  const phases = [...new Set(request.phases)].sort((a, b) => a - b);
  const plain: Plan = {
    ...{ format: "phum-plan", version: 1, ...asked, phases, goal: { ...goal }, sampler: "in-order" },
    ...{ runBytes: 0, stepBytes: 0, startBytes: 0, goalPasses: 0, gridPasses: 0 },
    ...{ rest: request.medium !== "folder", chunkBytes: CHUNK_BYTES },
  };
  if (request.medium === "folder") return plain;
  const inOrderSeconds = request.sizeBytes / MEDIA[request.medium].bytesPerSecond;
  if (inOrderSeconds <= IN_ORDER_SECONDS) return plain;
  const grid = goalGrid(plain, request.medium);
  if (grid === null || gridSeconds(request.medium, grid) >= inOrderSeconds) return plain;
  const more = request.mode === "default" ? furtherHalvings(request.medium, grid, request.sizeBytes) : 0;
  const { runBytes, stepBytes, startBytes, goalPasses } = grid;
  const rest = request.mode !== "quick";
  return {
    ...{ ...plain, sampler: "grid-1", rest, runBytes, stepBytes, startBytes },
    ...{ goalPasses, gridPasses: goalPasses + more },
  };
}

function checkRequest({ sizeBytes, phases, seed }: PlanRequest, goal: Goal): void {
  const must = (holds: boolean, rule: string, current: unknown): void => {
    if (!holds) throw new RangeError(`Cannot plan the reading: ${rule}, current value is ${JSON.stringify(current)}`);
  };
  must(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0, "the size is a whole number of bytes", sizeBytes);
  must(
    phases.length > 0 && phases.every((p) => Number.isInteger(p) && p >= 0 && p < PHASES),
    "phases are 0 to 7",
    phases,
  );
  must(seed !== "", "a seed is needed", seed);
  must(
    Number.isSafeInteger(goal.targetBytes) && goal.targetBytes >= BLOCK_BYTES,
    "the target is 4,096 bytes or more",
    goal,
  );
  must(goal.confidence > 0 && goal.confidence < 1, "the confidence lies between 0 and 1", goal);
}

type SampledMedium = Exclude<Medium, "folder">;

interface GoalGrid {
  runBytes: number;
  stepBytes: number;
  startBytes: number;
  goalPasses: number;
  runs: number;
}

/** Model of a sampled pass in seconds, seeks in disk order. */
function gridSeconds(medium: SampledMedium, { runs, runBytes }: Pick<GoalGrid, "runs" | "runBytes">): number {
  const { seekMs, bytesPerSecond } = MEDIA[medium];
  return runs * (seekMs / 1000 + runBytes / bytesPerSecond);
}

/** Halving doubles the runs: worth it while it takes less time than reading everything else in order. */
function furtherHalvings(medium: SampledMedium, grid: GoalGrid, sizeBytes: number): number {
  const { runBytes } = grid;
  for (let more = 0, runs = grid.runs; ; more++, runs *= 2) {
    const restSeconds = (sizeBytes - runs * runBytes) / MEDIA[medium].bytesPerSecond;
    const tooDense = sizeBytes / (runs * 2) < runBytes * 2;
    if (tooDense || runs * 2 > GRID_RUNS_MOST || gridSeconds(medium, { runs, runBytes }) >= restSeconds) return more;
  }
}

/** The medium's own run length; longer ones where a huge device would need more runs than memory should hold. */
function goalGrid(plan: Plan, medium: SampledMedium): GoalGrid | null {
  let grid: GoalGrid | null = null;
  for (let runBytes: number = MEDIA[medium].runBytes; runBytes <= LONGEST_RUN_BYTES; runBytes *= 2) {
    grid = gridOf({ ...plan, runBytes });
    if (grid === null || grid.runs <= GOAL_RUNS_MOST) break;
  }
  return grid;
}

/** The grid whose own bound, at its own random start and step, reaches the goal; null when none is sparse enough to help. */
function gridOf(plan: Plan): GoalGrid | null {
  const { runBytes } = plan;
  const run = runBytes / BLOCK_BYTES;
  const cells = Math.floor(plan.sizeBytes / BLOCK_BYTES);
  const random = seededRandom(`${plan.seed} grid-1`);
  const [share, offset] = [random.fraction(), random.fraction()];
  for (let nominal = nominalStep(plan.goal, run, cells); nominal >= run * 2; nominal = Math.floor(nominal * 0.995)) {
    const step = Math.floor(nominal * (STEP_SHARE.least + (STEP_SHARE.most - STEP_SHARE.least) * share));
    const coarser = Math.max(0, Math.floor(Math.log2(cells / step / FIRST_PASS_RUNS)));
    const stepBytes = step * 2 ** coarser * BLOCK_BYTES;
    const startBytes = (Math.floor(offset * step * 2 ** coarser) - run + 1) * BLOCK_BYTES;
    const { profile, runs } = gridProfile({ ...plan, stepBytes, startBytes }, step * BLOCK_BYTES);
    if (missedWorst(profile, plan.goal.targetBytes) <= 1 - plan.goal.confidence) {
      return { runBytes, stepBytes, startBytes, goalPasses: coarser + 1, runs };
    }
  }
  return null;
}

/** The largest step in cells with which an endless grid reaches the goal. */
function nominalStep(goal: Goal, run: number, cells: number): number {
  let [low, high] = [run, cells];
  while (low < high) {
    const step = Math.ceil((low + high) / 2);
    const times = Math.max(1, Math.floor(cells / step));
    const profile = gapProfile(new Map([[step - run, times]]), times * step);
    if (missedWorst(profile, goal.targetBytes) <= 1 - goal.confidence) low = step;
    else high = step - 1;
  }
  return low;
}

function gridProfile(ground: SamplingGround, stepBytes: number): { profile: GapProfile; runs: number } {
  // One start cell fewer than the source may have: at phases above 0 the last one has no room for a block.
  const cells = Math.floor(ground.sizeBytes / BLOCK_BYTES) - 1;
  const gaps = new Map<number, number>();
  let [at, runs] = [0, 0];
  const gap = (to: number): void => {
    gaps.set(to - at, (gaps.get(to - at) ?? 0) + 1);
  };
  for (const { offsetBytes, lengthBytes } of gridRuns(ground, { stepBytes, oddOnly: false })) {
    runs++;
    gap(Math.min(offsetBytes / BLOCK_BYTES, cells));
    at = Math.min(cells, Math.floor((offsetBytes + lengthBytes) / BLOCK_BYTES));
  }
  gap(cells);
  return { profile: gapProfile(gaps, cells), runs };
}

/** The three shapes of the bound: one unbroken extent, files of 196 KiB, single blocks; in blocks an extent. */
function shapesOf(targetCells: number): [extent: number, file: number, block: number] {
  return [targetCells, Math.min(targetCells, FILE_SHAPE_BYTES / BLOCK_BYTES), 1];
}

/** Probability that material of `targetBytes` in the worst of the three shapes was not met. */
export function missedWorst(profile: GapProfile, targetBytes: number): number {
  const target = Math.floor(targetBytes / BLOCK_BYTES);
  return Math.max(...shapesOf(target).map((extentCells) => missed(profile, shapeOf(target, extentCells))));
}
