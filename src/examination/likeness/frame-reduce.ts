const SIDE = 64;

/** What two Jarosz passes and a decimation do along a side of any length; weights of output i stand at firsts[i] … firsts[i + 1]. */
export interface LongTaps {
  starts: Int32Array;
  firsts: Int32Array;
  weights: Float32Array;
}

const known = new Map<number, LongTaps>();
const KNOWN_MOST = 64;
const { fround } = Math;
/** BT.601 §3.5: from 16 to 235 stretched to all of a byte. */
const [BLACK, STRETCH] = [16, fround(255 / 219)];

/** A grey picture of any sides. */
export interface GreyPicture {
  width: number;
  height: number;
  pixels: Uint8Array;
  limited: boolean;
}

/**
 * Reduces a frame to the 64 x 64 values that a fingerprint is made of, without the step over 512 x 512 that pictures take.
 * Every step is a float32 operation in a fixed order, so that the kernel gives the same bits.
 *
 * @returns 64 x 64 luma values in full range, row by row.
 * @see facebook/ThreatExchange vpdq/cpp: frames go to PDQ as they are.
 */
export function reduceFrame({ width, height, pixels, limited }: GreyPicture): Float32Array {
  const [down, across] = [tapsOf(height), tapsOf(width)];
  const row = new Float32Array(width);
  const out = new Float32Array(SIDE * SIDE);
  for (let r = 0; r < SIDE; r++) {
    row.fill(0);
    const [first = 0, end = 0] = [down.firsts[r], down.firsts[r + 1]];
    for (let t = first; t < end; t++) {
      const weight = down.weights[t] ?? 0;
      const from = ((down.starts[r] ?? 0) + t - first) * width;
      for (let x = 0; x < width; x++) row[x] = fround((row[x] ?? 0) + fround(weight * (pixels[from + x] ?? 0)));
    }
    for (let c = 0; c < SIDE; c++) {
      const [start = 0, begin = 0, stop = 0] = [across.starts[c], across.firsts[c], across.firsts[c + 1]];
      let sum = 0;
      for (let t = begin; t < stop; t++)
        sum = fround(sum + fround((across.weights[t] ?? 0) * (row[start + t - begin] ?? 0)));
      out[r * SIDE + c] = limited ? fround(fround(sum - BLACK) * STRETCH) : sum;
    }
  }
  return out;
}

/** The taps of a side of any length. */
export function tapsOf(length: number): LongTaps {
  const kept = known.get(length);
  if (kept !== undefined) return kept;
  const taps = foldedTaps(length);
  if (known.size >= KNOWN_MOST) known.clear();
  known.set(length, taps);
  return taps;
}

function foldedTaps(length: number): LongTaps {
  const starts = new Int32Array(SIDE);
  const firsts = new Int32Array(SIDE + 1);
  const weights: number[] = [];
  for (let i = 0; i < SIDE; i++) {
    const sums = foldedOutput(Math.floor(((i + 0.5) * length) / SIDE), length);
    const start = Math.min(...sums.keys());
    starts[i] = start;
    for (let at = start; sums.has(at); at++) weights.push(sums.get(at) ?? 0);
    firsts[i + 1] = weights.length;
  }
  return { starts, firsts, weights: Float32Array.from(weights) };
}

function foldedOutput(centre: number, length: number): Map<number, number> {
  const sums = new Map<number, number>();
  const [from, to] = windowAt(centre, length);
  for (let at = from; at <= to; at++) {
    const [first, last] = windowAt(at, length);
    const share = 1 / (to - from + 1) / (last - first + 1);
    for (let tap = first; tap <= last; tap++) sums.set(tap, (sums.get(tap) ?? 0) + share);
  }
  return sums;
}

/** First and last pixel of the box around one. */
function windowAt(at: number, length: number): [number, number] {
  const window = Math.floor((length + 127) / 128);
  const after = (window + 2) >> 1;
  return [Math.max(0, at - (window - after)), Math.min(length - 1, at + after - 1)];
}
