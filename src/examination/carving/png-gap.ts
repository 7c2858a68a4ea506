import { crc32, pngWalk } from "#base/formats";
import { big } from "#base/values";
import type { Candidate } from "./candidate.ts";
import { type CarveGround, PICTURE_MOST_BYTES } from "./carve-ground.ts";

/** Clusters between both pieces, at most, and what of one candidate's budget is spent. */
const GAP_MOST = 16_384;
const SPENT_MOST_BYTES = 64 * 2 ** 20;
/** Names of parts that may stand behind the one that is cut. */
const NEXT = /^(IDAT|IEND|fdAT|fcTL|tEXt|zTXt|iTXt|tIME|eXIf)$/;
const HEAD_BYTES = 12;

/**
 * A PNG in two pieces: the part that is cut has a sum, so that only the right cluster brings it out.
 *
 * @param goodBytes Where the part that is cut begins.
 */
export function pngGap(ground: CarveGround, at: number, goodBytes: number): Candidate | null {
  if (at % 512 !== 0) return null;
  const { bytes, grainBytes } = ground;
  const head = bytes.bytes(at + goodBytes, 8);
  const partBytes = big(head, 0, 4) + HEAD_BYTES;
  if (partBytes > PICTURE_MOST_BYTES || !isName(head)) return null;
  const budget = { bytes: Math.min(SPENT_MOST_BYTES, ground.gapBytes) };
  const before = budget.bytes;
  const end = at + goodBytes + partBytes;
  let found: Candidate | null = null;
  for (let gap = 1; gap <= GAP_MOST && budget.bytes > 0 && found === null; gap++) {
    const gapBytes = gap * grainBytes;
    if (end + gapBytes > bytes.sizeBytes) break;
    budget.bytes -= HEAD_BYTES;
    const next = bytes.few(end + gapBytes, 8);
    const isLast = String.fromCharCode(...head.subarray(4, 8)) === "IEND";
    if (!isLast && !NEXT.test(String.fromCharCode(...next.subarray(4, 8)))) continue;
    const cutByte = cutOf(ground, { partAt: at + goodBytes, partBytes, gapBytes, at }, budget);
    if (cutByte !== null) found = withRest(ground, { at, cutByte, gapBytes });
  }
  ground.gapBytes -= before - budget.bytes;
  return found;
}

function isName(head: Uint8Array): boolean {
  return /^[A-Za-z]{4}$/.test(String.fromCharCode(...head.subarray(4, 8)));
}

interface Part {
  at: number;
  partAt: number;
  partBytes: number;
  gapBytes: number;
}

/** Bytes of the first piece with which the part's sum comes out. */
function cutOf(
  { bytes, grainBytes }: CarveGround,
  { at, partAt, partBytes, gapBytes }: Part,
  budget: { bytes: number },
): number | null {
  const near = bytes.bytes(partAt, partBytes);
  const far = bytes.bytes(partAt + gapBytes, partBytes);
  if (far.length < partBytes) return null;
  const sum = big(far, partBytes - 4, 4);
  const first = Math.floor((partAt - at) / grainBytes) + 1;
  const joined = far.slice();
  for (let number = first; number * grainBytes < partAt - at + partBytes && budget.bytes > 0; number++) {
    const within = number * grainBytes - (partAt - at);
    joined.set(near.subarray(0, within));
    budget.bytes -= partBytes;
    if (crc32(joined.subarray(4, partBytes - 4)) === sum) return number * grainBytes;
  }
  return null;
}

/** The whole file with that gap, followed to its end. */
function withRest(
  { bytes }: CarveGround,
  { at, cutByte, gapBytes }: { at: number; cutByte: number; gapBytes: number },
): Candidate | null {
  const first = bytes.bytes(at, cutByte);
  const startByte = at + cutByte + gapBytes;
  const second = bytes.bytes(startByte, PICTURE_MOST_BYTES - cutByte);
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  const { ended, endBytes } = pngWalk(joined);
  if (!ended) return null;
  const pieces = [
    { startByte: at, lengthBytes: cutByte },
    { startByte, lengthBytes: endBytes - cutByte },
  ];
  return { format: "png", how: "pieced", pieces, sizeBytes: endBytes };
}
