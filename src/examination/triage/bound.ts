import type { Bound } from "#examination/evidence";
import type { Goal } from "./plan.ts";
import type { Intervals } from "./reading.ts";

/** What the bound is computed from. */
export interface BoundQuestion {
  sizeBytes: number;
  /** Starts looked at, at the phases scanned; what could not be read must have been removed (`startsLost`). No neighbourhood scans. */
  covered: Intervals;
  phases: number[];
  goal: Goal;
  /** Confirmed hits so far (blocks and whole files): after the first, no amount is bounded. */
  hits: number;
}
export type BoundAnswer = Bound;
// export function boundOf(question: BoundQuestion): BoundAnswer
// export function confidenceOf(question: BoundQuestion, targetBytes: number): number
// export function folderBoundOf({ filesTotal, filesProbed, bytesTotal, bytesRead, unreadFiles, goal, hits }): BoundAnswer
// export function startsLost(unread: Run): Run     // the starts that an unread range takes away: 3,584 bytes before it, too
