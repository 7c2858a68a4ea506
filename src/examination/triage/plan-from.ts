import { BLOCK_BYTES, PHASES } from "#base/hashing";
import type { Plan } from "./plan.ts";

/** Most halvings of a plan that is read back; 2^40 runs are more than any medium has. */
const PASSES_MOST = 40;

/**
 * Reads a plan out of a report or a checkpoint.
 *
 * @param value What stands in the record; foreign until checked.
 * @returns The plan, or null when it is none that this version can repeat: unknown version, or numbers no plan of ours has.
 */
export function planFrom(value: unknown): Plan | null {
  if (!isRecord(value) || value["format"] !== "phum-plan" || value["version"] !== 1) return null;
  const { goal, phases, sizeBytes, chunkBytes, medium, mode, seed, rest, sampler } = value;
  if (!isRecord(goal) || !isPhases(phases) || !isWhole(sizeBytes) || !isOneOf(medium, MEDIUMS)) return null;
  const { targetBytes, confidence } = goal;
  if (!isWhole(targetBytes) || typeof confidence !== "number" || !(confidence > 0 && confidence < 1)) return null;
  if (targetBytes < BLOCK_BYTES || !isWhole(chunkBytes) || chunkBytes < BLOCK_BYTES || chunkBytes % BLOCK_BYTES !== 0)
    return null;
  if (!isOneOf(mode, MODES) || typeof seed !== "string" || seed === "" || typeof rest !== "boolean") return null;
  if (!isOneOf(sampler, SAMPLERS)) return null;
  const grid = gridFrom(value, sizeBytes);
  if (grid === null || grid.gridPasses > 0 !== (sampler === "grid-1")) return null;
  const kept = { medium, mode, seed, phases, goal: { targetBytes, confidence }, sampler, rest, chunkBytes };
  const guided = value["guided"] === true ? { guided: true as const } : {};
  return { format: "phum-plan", version: 1, sizeBytes, ...kept, ...grid, ...guided };
}

type Grid = Pick<Plan, "runBytes" | "stepBytes" | "startBytes" | "goalPasses" | "gridPasses">;

function gridFrom(value: Record<string, unknown>, sizeBytes: number): Grid | null {
  const { runBytes, stepBytes, startBytes, goalPasses, gridPasses } = value;
  if (!isWhole(runBytes) || !isWhole(stepBytes) || !isWhole(goalPasses) || !isWhole(gridPasses)) return null;
  if (typeof startBytes !== "number" || !Number.isSafeInteger(startBytes)) return null;
  if (gridPasses === 0) return runBytes + stepBytes + startBytes + goalPasses === 0 ? EMPTY : null;
  const aligned = [runBytes, stepBytes, startBytes].every((bytes) => bytes % BLOCK_BYTES === 0);
  if (!aligned || runBytes === 0 || goalPasses > gridPasses || gridPasses > PASSES_MOST) return null;
  // The finest pass must leave its runs apart, also after rounding to blocks; and the start lies within one step.
  if (stepBytes / 2 ** (gridPasses - 1) < runBytes + BLOCK_BYTES) return null;
  if (startBytes <= -runBytes || startBytes > Math.max(stepBytes, sizeBytes)) return null;
  return { runBytes, stepBytes, startBytes, goalPasses, gridPasses };
}

const EMPTY: Grid = { runBytes: 0, stepBytes: 0, startBytes: 0, goalPasses: 0, gridPasses: 0 };
const MEDIUMS = ["rotating", "flash", "image", "folder"] as const;
const MODES = ["quick", "default", "full"] as const;
const SAMPLERS = ["grid-1", "in-order"] as const;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isOneOf<T extends string>(value: unknown, allowed: readonly T[]): value is T {
  return allowed.some((one) => one === value);
}

function isPhases(value: unknown): value is number[] {
  return Array.isArray(value) && value.length > 0 && value.every((p) => isWhole(p) && p < PHASES);
}
