/** A side of more pixels is reduced to this many before anything else. */
export const SIDE_MOST = 512;
/** Most taps of one output: two passes of a window of four. */
export const TAPS_MOST = 7;
const OUTPUTS = 64;

/**
 * What the reference's two Jarosz passes and its decimation do along one side, folded into one weighted sum for each of the 64
 * values that are kept: output i is the sum of weights[7·i + t] × input[starts[i] + t], t < 7. Weights past the last are 0, and no
 * start lies so near the end that a tap would leave the side, where the side has seven values or more.
 */
export interface SideTaps {
  starts: Int32Array;
  weights: Float32Array;
}

const known = new Map<number, SideTaps>();

/**
 * The taps of a side.
 *
 * @param length Pixels of the side, 1 to 512.
 * @see facebook/ThreatExchange pdq/cpp/downscaling: window (n + 127) div 128, two passes, decimation to 64 by centres.
 */
export function sideTaps(length: number): SideTaps {
  const kept = known.get(length);
  if (kept !== undefined) return kept;
  if (!Number.isInteger(length) || length < 1 || length > SIDE_MOST) {
    throw new RangeError(`Cannot fold a side: it must have 1 to 512 pixels, current length is ${length}`);
  }
  const taps: SideTaps = { starts: new Int32Array(OUTPUTS), weights: new Float32Array(OUTPUTS * TAPS_MOST) };
  for (let i = 0; i < OUTPUTS; i++) foldOutput(taps, i, length);
  known.set(length, taps);
  return taps;
}

function foldOutput({ starts, weights }: SideTaps, i: number, length: number): void {
  // 64 x 64 is taken as it is by the reference, and so is any side whose window is one pixel.
  const centre = Math.floor(((i + 0.5) * length) / OUTPUTS);
  const sums = new Map<number, number>();
  const [from, to] = windowAt(centre, length);
  for (let at = from; at <= to; at++) {
    const [first, last] = windowAt(at, length);
    const share = 1 / (to - from + 1) / (last - first + 1);
    for (let tap = first; tap <= last; tap++) sums.set(tap, (sums.get(tap) ?? 0) + share);
  }
  const start = Math.max(0, Math.min(Math.min(...sums.keys()), length - TAPS_MOST));
  starts[i] = start;
  for (const [tap, weight] of sums) weights[i * TAPS_MOST + tap - start] = weight;
}

/** First and last pixel of the box around one. */
function windowAt(at: number, length: number): [number, number] {
  const window = Math.floor((length + 127) / 128);
  const after = (window + 2) >> 1;
  return [Math.max(0, at - (window - after)), Math.min(length - 1, at + after - 1)];
}
