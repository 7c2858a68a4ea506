import { BLOCK_BYTES, OVERLAP_BYTES, SECTOR_BYTES } from "#base/hashing";
import type { Bound } from "#examination/evidence";
import { type GapProfile, gapProfile, missed, shapeOf } from "./gap-profile.ts";
import { type Goal, missedWorst } from "./plan.ts";
import { type Intervals, intervalsFrom, type Run } from "./reading.ts";

/** What the bound is computed from. */
export interface BoundQuestion {
  sizeBytes: number;
  /** Starts looked at, at the phases scanned; what could not be read was never added or is removed (`startsLost`). No neighbourhoods. */
  covered: Intervals;
  phases: number[];
  goal: Goal;
  /** Confirmed hits so far (blocks and whole files): after the first, no amount is bounded. */
  hits: number;
}

/**
 * The smallest amount of listed material that would have been met with the goal's confidence, in the worst of three shapes
 * at random places (one unbroken extent, files of 196 KiB, single blocks). Exact from the covered set, each rounding upwards.
 *
 * @returns targetBytes null after a hit, or where not even the whole source's amount would surely have been met.
 */
export function boundOf(question: BoundQuestion): Bound {
  const { goal, hits } = question;
  const none: Bound = { confidence: goal.confidence, targetBytes: null, goalBytes: goal.targetBytes, reached: false };
  if (hits > 0) return none;
  const profiles = profilesOf(question);
  const most = Math.floor(question.sizeBytes / BLOCK_BYTES);
  const sure = (cells: number): boolean =>
    profiles.every((profile) => missedWorst(profile, cells * BLOCK_BYTES) <= 1 - goal.confidence);
  if (profiles.length === 0 || !sure(most)) return none;
  let [low, high] = [1, most];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (sure(middle)) high = middle;
    else low = middle + 1;
  }
  const targetBytes = low * BLOCK_BYTES;
  return { ...none, targetBytes, reached: targetBytes <= goal.targetBytes };
}

/** The confidence with which `targetBytes` of material would have been met; never too high. 0 after a hit. */
export function confidenceOf(question: BoundQuestion, targetBytes: number): number {
  if (question.hits > 0 || targetBytes < BLOCK_BYTES) return 0;
  const profiles = profilesOf(question);
  return profiles.length === 0 ? 0 : 1 - Math.max(...profiles.map((profile) => missedWorst(profile, targetBytes)));
}

/** What files of one equal size would be hardest to meet, and how surely they would have been. */
export interface HardestSize {
  fileBytes: number;
  confidence: number;
}

/**
 * Looks beyond the three shapes: material of `targetBytes` in equal files of every size, the hardest of them. On a grid this
 * is a middle size (some MiB), which neither the extent nor the 196 KiB files stand for.
 */
export function hardestSizeOf(question: BoundQuestion, targetBytes: number): HardestSize {
  const profiles = profilesOf(question);
  const target = Math.floor(targetBytes / BLOCK_BYTES);
  let worst = { cells: target, miss: 0 };
  for (const cells of sizesOf(target)) {
    const miss = Math.max(...profiles.map((profile) => missed(profile, shapeOf(target, cells))));
    if (miss > worst.miss) worst = { cells, miss };
  }
  return { fileBytes: worst.cells * BLOCK_BYTES, confidence: 1 - worst.miss };
}

/** The bound as a report states it: with the hardest size of files for the amount it names. */
export function statedBoundOf(question: BoundQuestion): Bound {
  const bound = boundOf(question);
  const { targetBytes } = bound;
  return { ...bound, hardest: targetBytes === null ? null : hardestSizeOf(question, targetBytes) };
}

/** Every size that divides the target into 1, 2, 3 … files; between two of them the larger is never harder by more than its rest. */
function sizesOf(target: number): Set<number> {
  const sizes = new Set<number>();
  for (let files = 1; files <= Math.min(target, 512); files++) sizes.add(Math.floor(target / files));
  for (let cells = Math.floor(target / 512); cells >= 1; cells = Math.floor(cells * 0.97)) sizes.add(cells);
  return sizes;
}

/** One profile for each count of start cells that a scanned phase has: at phases above 0 the last cell may have no room. */
function profilesOf({ sizeBytes, covered, phases }: BoundQuestion): GapProfile[] {
  const counts = phases.map((phase) => Math.floor((sizeBytes - phase * SECTOR_BYTES) / BLOCK_BYTES));
  return [...new Set(counts)].filter((cells) => cells > 0).map((cells) => profileOf(covered, cells));
}

/** A cell counts as covered only when all its eight sectors are. */
function profileOf(covered: Intervals, cells: number): GapProfile {
  const gaps = new Map<number, number>();
  let at = 0;
  const gap = (to: number): void => {
    if (to > at) gaps.set(to - at, (gaps.get(to - at) ?? 0) + 1);
  };
  for (const { offsetBytes, lengthBytes } of covered.runs()) {
    const from = Math.min(cells, Math.ceil(offsetBytes / BLOCK_BYTES));
    const to = Math.min(cells, Math.floor((offsetBytes + lengthBytes) / BLOCK_BYTES));
    if (to <= from) continue;
    gap(from);
    at = to;
  }
  gap(cells);
  return gapProfile(gaps, cells);
}

/** The starts that an unread range takes away: a block that begins up to 3,584 bytes before it reaches into it. */
export function startsLost({ offsetBytes, lengthBytes }: Run): Run {
  const from = Math.max(0, Math.floor((offsetBytes - OVERLAP_BYTES) / SECTOR_BYTES) * SECTOR_BYTES);
  return { offsetBytes: from, lengthBytes: offsetBytes + lengthBytes - from };
}

/** The covered starts without those whose blocks reach into what could not be read. */
export function withoutLost(covered: Intervals, unread: readonly Run[]): Intervals {
  if (unread.length === 0) return covered;
  const left = intervalsFrom(covered.toText());
  for (const run of unread) {
    const lost = startsLost(run);
    left.remove(lost.offsetBytes, lost.lengthBytes);
  }
  return left;
}

/** What the bound of a folder is said from: files and bytes, never a probability. */
export interface FolderQuestion {
  filesTotal: number;
  filesProbed: number;
  /** Files or parts of files that could not be read. */
  filesUnread: number;
  /** Files of a listed size, and files with a hit, that were not read whole yet. */
  filesDue: number;
  bytesTotal: number;
  bytesRead: number;
  goal: Goal;
  hits: number;
}

/** A folder's bound: reached when every file was probed and every file of a listed size compared; an amount only when everything was read. */
export function folderBoundOf(question: FolderQuestion): Bound {
  const { filesTotal, filesProbed, filesUnread, filesDue, bytesTotal, bytesRead, goal, hits } = question;
  const probed = hits === 0 && filesUnread === 0 && filesDue === 0 && filesProbed >= filesTotal;
  const whole = probed && bytesRead >= bytesTotal;
  return {
    confidence: goal.confidence,
    targetBytes: whole ? BLOCK_BYTES : null,
    goalBytes: goal.targetBytes,
    reached: probed,
  };
}
