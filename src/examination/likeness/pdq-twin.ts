import type { Pixels } from "#examination/pictures";
import { dctRows } from "./pdq-dct.ts";
import { sideTaps, TAPS_MOST } from "./pdq-taps.ts";

const SIDE = 64;
const KEPT = 16;
/** A side of fewer pixels has no fingerprint. @see MIN_HASHABLE_DIM of the reference */
export const SIDE_LEAST = 5;
const { fround } = Math;
const RED = fround(0.299);
const GREEN = fround(0.587);
const BLUE = fround(0.114);

/** What a picture's 256 coefficients are, before any bit is decided. */
export interface Coefficients {
  /** 16 x 16, row by row; row and column of a frequency, the constant one left out. */
  values: Float32Array;
  /** 0 to 100: how much there is to tell pictures apart by. */
  quality: number;
}

/**
 * The coefficients of a picture none of whose sides is over 512: luma, folded Jarosz passes, the first 16 x 16 of a DCT. Every step
 * is a float32 operation in a fixed order, so that the kernel gives the same bits.
 */
export function coefficientsTwin(pixels: Pixels): Coefficients {
  if (pixels.width < SIDE_LEAST || pixels.height < SIDE_LEAST) return { values: new Float32Array(256), quality: 0 };
  return smallCoefficients(reduced(pixels));
}

/** The coefficients of a picture that was reduced already, also by another way. @param small 64 x 64 luma values, row by row. */
export function smallCoefficients(small: Float32Array): Coefficients {
  return { values: transformed(small), quality: gradientQuality(small) };
}

/** 64 x 64. */
function reduced({ width, height, channels, pixels }: Pixels): Float32Array {
  const [down, across] = [sideTaps(height), sideTaps(width)];
  const row = new Float32Array(width);
  const out = new Float32Array(SIDE * SIDE);
  for (let r = 0; r < SIDE; r++) {
    row.fill(0);
    for (let t = 0; t < TAPS_MOST; t++) {
      const weight = down.weights[r * TAPS_MOST + t] ?? 0;
      if (weight === 0) continue;
      const from = ((down.starts[r] ?? 0) + t) * width * channels;
      for (let x = 0; x < width; x++)
        row[x] = fround((row[x] ?? 0) + fround(weight * lumaAt(pixels, from + x * channels, channels)));
    }
    for (let c = 0; c < SIDE; c++) {
      let sum = 0;
      for (let t = 0; t < TAPS_MOST; t++) {
        const weight = across.weights[c * TAPS_MOST + t] ?? 0;
        if (weight !== 0) sum = fround(sum + fround(weight * (row[(across.starts[c] ?? 0) + t] ?? 0)));
      }
      out[r * SIDE + c] = sum;
    }
  }
  return out;
}

function lumaAt(pixels: Uint8Array, at: number, channels: number): number {
  const first = pixels[at] ?? 0;
  if (channels === 1) return first;
  return fround(
    fround(fround(RED * first) + fround(GREEN * (pixels[at + 1] ?? 0))) + fround(BLUE * (pixels[at + 2] ?? 0)),
  );
}

/** Sums of the steps between neighbours, in hundredths of the range, cut to whole numbers. */
function gradientQuality(small: Float32Array): number {
  let sum = 0;
  const step = (a: number, b: number): number =>
    Math.floor(Math.abs(fround(fround(fround((small[a] ?? 0) - (small[b] ?? 0)) * 100) / 255)));
  for (let r = 0; r < SIDE; r++) {
    for (let c = 0; c < SIDE; c++) {
      const at = r * SIDE + c;
      if (r < SIDE - 1) sum += step(at, at + SIDE);
      if (c < SIDE - 1) sum += step(at, at + 1);
    }
  }
  return Math.min(100, Math.floor(sum / 90));
}

function transformed(small: Float32Array): Float32Array {
  const half = new Float32Array(KEPT * SIDE);
  const out = new Float32Array(KEPT * KEPT);
  for (let i = 0; i < KEPT; i++) {
    for (let j = 0; j < SIDE; j++) {
      let sum = 0;
      for (let k = 0; k < SIDE; k++)
        sum = fround(sum + fround((dctRows[i * SIDE + k] ?? 0) * (small[k * SIDE + j] ?? 0)));
      half[i * SIDE + j] = sum;
    }
    for (let j = 0; j < KEPT; j++) {
      let sum = 0;
      for (let k = 0; k < SIDE; k++)
        sum = fround(sum + fround((half[i * SIDE + k] ?? 0) * (dctRows[j * SIDE + k] ?? 0)));
      out[i * KEPT + j] = sum;
    }
  }
  return out;
}
