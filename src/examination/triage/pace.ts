import { BLOCK_BYTES, SECTOR_BYTES } from "#base/hashing";
import type { Bound, Coverage } from "#examination/evidence";
import { type Pass, passesOf } from "./passes.ts";
import type { Plan } from "./plan.ts";
import { CONFIRMED_BITS, FAR_SEEK_RUNS, FINGERPRINT_BITS, MEDIA } from "./thresholds.ts";

/** Model of one pass in seconds: seeks and transfer, nothing else. Far seeks where the pass has few runs over the device. */
export function passSeconds(plan: Plan, pass: Pick<Pass, "kind" | "runCount" | "bytes">): number {
  if (plan.medium === "folder") return 0;
  const { seekMs, farSeekMs, bytesPerSecond } = MEDIA[plan.medium];
  const seek = pass.kind === "rest" ? 0 : pass.runCount < FAR_SEEK_RUNS ? farSeekMs : seekMs;
  return (pass.runCount * seek) / 1000 + pass.bytes / bytesPerSecond;
}

/** Model of a whole plan: until the goal is reached, and until its end. */
export function planSeconds(plan: Plan): { goal: number; all: number } {
  let [goal, all] = [0, 0];
  for (const pass of passesOf(plan)) {
    all += passSeconds(plan, pass);
    if (pass.index < plan.goalPasses) goal = all;
  }
  return { goal: plan.goalPasses === 0 ? all : goal, all };
}

/** Measures how fast reading goes, from times and counts handed in. */
export interface Pace {
  /** Notes the totals so far; call it about once a second. */
  note(at: { nowMs: number; bytesRead: number; runsRead: number }): void;
  /** Bytes a second over the last half minute; 0 before two notes. */
  readonly bytesPerSecond: number;
  /**
   * Seconds for what is left: grid runs at the pace of runs, the rest at the pace of bytes, each where it was seen already,
   * else at the pace the model says. null before two notes.
   */
  secondsLeft(left: { gridRuns: number; restBytes: number }): number | null;
}

interface Note {
  nowMs: number;
  bytesRead: number;
  runsRead: number;
}

const PACE_MS = 30_000;

/** Makes the pace of one examination. */
export function openPace(plan: Plan): Pace {
  const notes: Note[] = [];
  const rates = (): { bytes: number; runs: number } => {
    const [first, last] = [notes[0], notes.at(-1)];
    if (first === undefined || last === undefined || last.nowMs <= first.nowMs) return { bytes: 0, runs: 0 };
    const seconds = (last.nowMs - first.nowMs) / 1000;
    return { bytes: (last.bytesRead - first.bytesRead) / seconds, runs: (last.runsRead - first.runsRead) / seconds };
  };
  const media = MEDIA[plan.medium === "folder" ? "image" : plan.medium];
  const modelRunSeconds = media.seekMs / 1000 + plan.runBytes / media.bytesPerSecond;
  return {
    note({ nowMs, bytesRead, runsRead }) {
      notes.push({ nowMs, bytesRead, runsRead });
      while (notes.length > 2 && nowMs - (notes[1]?.nowMs ?? nowMs) >= PACE_MS) notes.shift();
    },
    get bytesPerSecond() {
      return rates().bytes;
    },
    secondsLeft({ gridRuns, restBytes }) {
      const { bytes, runs } = rates();
      if (bytes <= 0) return null;
      // In the grid the pace of bytes is that of seeking: the model says how much faster reading in order will be.
      const quicker = gridRuns > 0 && plan.runBytes > 0 ? (modelRunSeconds * media.bytesPerSecond) / plan.runBytes : 1;
      return Math.ceil((runs > 0 ? gridRuns / runs : gridRuns * modelRunSeconds) + restBytes / (bytes * quicker));
    },
  };
}

/** What the live line is made from. */
export interface LiveFacts {
  bytesRead: number;
  bytesTotal: number;
  /** 0 to 1; 1 for an empty source. */
  fraction: number;
  bytesPerSecond: number;
  secondsLeft: number | null;
  hits: number;
  /** null: no amount is bounded yet, or not any more. */
  boundBytes: number | null;
  confidence: number;
  goalReached: boolean;
  /** Comparing by likeness: how far it is, "after": it comes after reading, and its time is not in `secondsLeft`. */
  comparing?: Comparing | "after";
}

/** How far comparing is, in files. */
export interface Comparing {
  done: number;
  total: number;
  secondsLeft: number | null;
}

/** What a screen is made from: the live line's facts, and what they look like. */
export interface CourseFacts extends LiveFacts {
  tape: Coverage["tape"];
  /** Findings so far, as findingsOf counts them; and whether one of them is red. */
  places: number;
  red: boolean;
  unreadBytes: number;
  unreadPlaces: number;
  /** Reads that were given out and have not come back. */
  readsUnderWay: number;
}

/** Gathers the live line's values. */
export function liveFacts(
  { bytesRead, bytesTotal, hits }: { bytesRead: number; bytesTotal: number; hits: number },
  pace: { bytesPerSecond: number; secondsLeft: number | null },
  bound: Bound,
): LiveFacts {
  const { targetBytes, confidence, reached } = bound;
  const fraction = bytesTotal === 0 ? 1 : Math.min(1, bytesRead / bytesTotal);
  return { bytesRead, bytesTotal, fraction, hits, ...pace, boundBytes: targetBytes, confidence, goalReached: reached };
}

/**
 * Confirmed block hits to be expected by chance alone: each start that was looked up agrees with one of the cells at 2^-48,
 * or with one of the keys at 2^-64.
 *
 * @param phases How many phases were looked at.
 * @param keys Keys of each part of the filter.
 */
export function expectedChanceHits(bytesRead: number, phases: number, keys: readonly number[]): number {
  const starts = (bytesRead / BLOCK_BYTES) * Math.min(phases, BLOCK_BYTES / SECTOR_BYTES);
  return keys.reduce((sum, n) => sum + starts * (2 ** -CONFIRMED_BITS + n * 2 ** -FINGERPRINT_BITS), 0);
}
