import {
  followJpegScan,
  type JpegScan,
  type JpegScanState,
  type JpegWalk,
  seamOfScan,
  startOfScan,
} from "#base/formats";
import { concatBytes } from "#base/values";
import type { Candidate } from "./candidate.ts";
import { type CarveGround, PICTURE_MOST_BYTES } from "./carve-ground.ts";
import { isForeign } from "./foreign-cluster.ts";

/** Clusters before a break at which the file may really have been cut: wrong codes are followed for a while. */
const BACK_MOST = 16;
/** Clusters at which the second piece may begin, and what of one candidate's budget is spent. */
const PLACES_MOST = 2048;
const SPENT_MOST_BYTES = 8 * 2 ** 20;
/** Larger pictures are not put together: 16 million units of 64 points. */
const UNITS_MOST = 2 ** 24;
/** Rougher seams are no picture's. */
const SEAM_MOST = 2.5;
/** Most places are found out within so many bytes; the others are followed further, step by step. */
const FIRST_LOOK_BYTES = 2048;
const STEPS = [2 ** 14, 2 ** 17, 2 ** 20, 2 ** 23, PICTURE_MOST_BYTES];
/** Bytes of a unit at most: it is followed only where all of it can be there. */
const UNIT_BYTES = 8192;

interface Broken {
  walk: JpegWalk;
  bytes: Uint8Array;
}

/** Where the first piece may end, and the scan's state before the unit that stands across it. */
interface Cut {
  cutByte: number;
  state: JpegScanState;
}

/**
 * A JPEG in two pieces: its codes are followed up to a cluster's end and go on at another cluster behind it. Taken is what has just
 * as many units as the picture, then its end, and no seam that can be seen.
 */
export function jpegGap(ground: CarveGround, at: number, { walk, bytes }: Broken): Candidate | null {
  if (walk.scan === null || at % 512 !== 0 || walk.scan.scan.units > UNITS_MOST) return null;
  const { scan } = walk.scan;
  const levels = new Int16Array(scan.units);
  const cuts = cutsBefore(ground, { walk, bytes, levels });
  const known = levels.slice();
  const budget = { bytes: Math.min(SPENT_MOST_BYTES, ground.gapBytes) };
  const before = budget.bytes;
  const first = cuts.at(-1)?.cutByte ?? 0;
  let best: Found | null = null;
  for (let place = 1; place <= PLACES_MOST && budget.bytes > 0 && best === null; place++) {
    const from = at + first + place * ground.grainBytes;
    if (from >= ground.bytes.sizeBytes) break;
    best = bestAt(ground, { at, from, scan, cuts, bytes, levels, known, budget });
  }
  ground.gapBytes -= before - budget.bytes;
  return best?.candidate ?? null;
}

interface Found {
  candidate: Candidate;
  seam: number;
}

interface Place {
  at: number;
  /** Where the second piece would begin. */
  from: number;
  scan: JpegScan;
  cuts: readonly Cut[];
  bytes: Uint8Array;
  /** Brightness of units: as far as the last trial came, and up to the break. */
  levels: Int16Array;
  known: Int16Array;
  budget: { bytes: number };
}

/** The smoothest picture whose second piece begins at a place; null where none does. */
function bestAt(ground: CarveGround, { at, from, scan, cuts, bytes, levels, known, budget }: Place): Found | null {
  const look = ground.bytes.few(from, FIRST_LOOK_BYTES);
  if (isForeign(look.subarray(0, 512))) return null;
  let best: Found | null = null;
  for (const cut of cuts) {
    if (from <= at + cut.cutByte || budget.bytes <= 0) continue;
    const lengthBytes = secondPiece(ground, { scan, cut, bytes, from, look }, budget);
    if (lengthBytes === null) continue;
    // Trials from earlier cuts wrote over it.
    levels.set(known.subarray(0, cut.state.unit));
    const seam = seamOfScan(levels, cut.state.unit, scan);
    if (seam > SEAM_MOST || (best !== null && best.seam <= seam)) continue;
    const pieces = [
      { startByte: at, lengthBytes: cut.cutByte },
      { startByte: from, lengthBytes },
    ];
    best = { candidate: { format: "jpeg", how: "pieced", pieces, sizeBytes: cut.cutByte + lengthBytes }, seam };
  }
  return best;
}

/** The last clusters' ends before a break, the nearest first. */
function cutsBefore({ grainBytes }: CarveGround, { walk, bytes, levels }: Broken & { levels: Int16Array }): Cut[] {
  if (walk.scan === null) return [];
  const { scan, atByte } = walk.scan;
  const last = Math.floor(walk.endBytes / grainBytes);
  const first = Math.max(Math.ceil((atByte + 1) / grainBytes), last - BACK_MOST);
  const cuts: Cut[] = [];
  const state = startOfScan(atByte, levels);
  for (let number = first; number <= last; number++) {
    const cutByte = number * grainBytes;
    if (followJpegScan(bytes, scan, { state, untilAt: cutByte - UNIT_BYTES }) === "wrong") break;
    let kept = { ...state };
    while (state.at <= cutByte) {
      kept = { ...state };
      if (followJpegScan(bytes, scan, { state, untilAt: state.at + 1 }) !== "stopped") break;
    }
    if (kept.at <= cutByte) cuts.push({ cutByte, state: kept });
    Object.assign(state, kept);
  }
  return cuts.reverse();
}

interface Trial {
  scan: JpegScan;
  cut: Cut;
  bytes: Uint8Array;
  from: number;
  /** The first bytes of the second piece. */
  look: Uint8Array;
}

/** The unit that stands across both pieces, and the first look behind it. */
const scratch = new Uint8Array(2 * UNIT_BYTES + FIRST_LOOK_BYTES);

/** Length of the second piece, its end marker included; null where it is none. */
function secondPiece(
  ground: CarveGround,
  { scan, cut, bytes, from, look }: Trial,
  budget: { bytes: number },
): number | null {
  const head = bytes.subarray(cut.state.at, cut.cutByte);
  if (head.length > 2 * UNIT_BYTES) return null;
  scratch.set(head);
  scratch.set(look, head.length);
  let joined = scratch.subarray(0, head.length + look.length);
  for (const step of [FIRST_LOOK_BYTES, ...STEPS]) {
    if (step > FIRST_LOOK_BYTES) joined = concatBytes(head, ground.bytes.bytes(from, step));
    const state = { ...cut.state, at: 0 };
    const isAll = joined.length < head.length + step || step === PICTURE_MOST_BYTES;
    const untilAt = isAll ? Number.POSITIVE_INFINITY : joined.length - step / 2;
    const how = followJpegScan(joined, scan, { state, untilAt });
    budget.bytes -= state.at + 64;
    if (how === "stopped") continue;
    const isEnd = how === "done" && joined[state.at] === 0xff && joined[state.at + 1] === 0xd9;
    return isEnd && state.at > head.length ? state.at + 2 - head.length : null;
  }
  return null;
}
