import {
  followJpegScan,
  type JpegScan,
  type JpegScanState,
  type JpegWalk,
  seamOfScan,
  startOfScan,
} from "#base/formats";
import type { Candidate } from "./candidate.ts";
import { type CarveGround, PICTURE_MOST_BYTES } from "./carve-ground.ts";
import { isForeign } from "./foreign-cluster.ts";

/** Clusters before a break at which the file may really have been cut: wrong codes are followed for a while. */
const BACK_MOST = 16;
/** Clusters between both pieces, at most; and what of one candidate's budget is spent. */
const GAP_MOST = 2048;
const SPENT_MOST_BYTES = 16 * 2 ** 20;
/** Larger pictures are not put together: 16 million units of 64 points. */
const UNITS_MOST = 2 ** 24;
/** Rougher seams are no picture's. */
const SEAM_MOST = 2.5;
/** How much of a second piece is looked at first, then more. */
const STEPS = [2 ** 13, 2 ** 17, 2 ** 21, PICTURE_MOST_BYTES];
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
  let best: { found: Candidate; seam: number } | null = null;
  for (let gap = 1; gap <= GAP_MOST && budget.bytes > 0; gap++) {
    for (const cut of cuts) {
      const from = at + cut.cutByte + gap * ground.grainBytes;
      if (from >= ground.bytes.sizeBytes || budget.bytes <= 0 || isForeign(ground.bytes.few(from, 512))) continue;
      const lengthBytes = secondPiece(ground, { scan, cut, bytes, from }, budget);
      if (lengthBytes === null) continue;
      // Trials from earlier cuts wrote over it.
      levels.set(known.subarray(0, cut.state.unit));
      const seam = seamOfScan(levels, cut.state.unit, scan);
      if (seam > SEAM_MOST || (best !== null && best.seam <= seam)) continue;
      const pieces = [
        { startByte: at, lengthBytes: cut.cutByte },
        { startByte: from, lengthBytes },
      ];
      best = { found: { format: "jpeg", how: "pieced", pieces, sizeBytes: cut.cutByte + lengthBytes }, seam };
    }
    if (best !== null) break;
  }
  ground.gapBytes -= before - budget.bytes;
  return best?.found ?? null;
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
  /** Where the second piece would begin. */
  from: number;
}

/** Length of the second piece, its end marker included; null where it is none. */
function secondPiece(ground: CarveGround, { scan, cut, bytes, from }: Trial, budget: { bytes: number }): number | null {
  const head = bytes.subarray(cut.state.at, cut.cutByte);
  for (const step of STEPS) {
    const tail = ground.bytes.bytes(from, step);
    const joined = new Uint8Array(head.length + tail.length);
    joined.set(head);
    joined.set(tail, head.length);
    const state = { ...cut.state, at: 0 };
    const isAll = tail.length < step || step === PICTURE_MOST_BYTES;
    const untilAt = isAll ? Number.POSITIVE_INFINITY : joined.length - UNIT_BYTES / 2;
    const how = followJpegScan(joined, scan, { state, untilAt });
    budget.bytes -= state.at + 256;
    if (how === "stopped") continue;
    const isEnd = how === "done" && joined[state.at] === 0xff && joined[state.at + 1] === 0xd9;
    return isEnd && state.at > head.length ? state.at + 2 - head.length : null;
  }
  return null;
}
