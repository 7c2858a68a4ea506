import {
  ENCRYPTED_SAMPLES,
  ENCRYPTED_SHARE,
  RANDOM_CHI_SQUARE,
  RANDOM_MEAN,
  WHOLE_FILE_MIN_ENTROPY_BITS,
} from "./thresholds.ts";

/** How often each of the 256 byte values occurs. */
export type Histogram = ArrayLike<number>;

/**
 * Pearson's chi-square of byte counts against even ones: 255 on average for random bytes.
 *
 * @returns For 4,096 bytes a multiple of 1/16, so that sums are exact in any order; 0 for no bytes.
 */
export function chiSquare(histogram: Histogram): number {
  let [total, squares] = [0, 0];
  for (let value = 0; value < 256; value++) {
    const count = histogram[value] ?? 0;
    total += count;
    squares += count * count;
  }
  return total === 0 ? 0 : (squares * 256) / total - total;
}

/** Whether bytes are as even as random ones: encrypted, or packed by a strong compressor. Meant for cells of 4 KiB. */
export function isIncompressible(histogram: Histogram): boolean {
  return chiSquare(histogram) <= RANDOM_CHI_SQUARE;
}

/** Shannon entropy of byte counts in bits a byte, 0 to 8; 0 for no bytes. */
export function shannonBits(histogram: Histogram): number {
  let total = 0;
  for (let value = 0; value < 256; value++) total += histogram[value] ?? 0;
  let bits = 0;
  for (let value = 0; value < 256; value++) {
    const share = (histogram[value] ?? 0) / total;
    if (share > 0) bits -= share * Math.log2(share);
  }
  return bits;
}

/** Whether a whole file says next to nothing, from its byte counts; true for an empty one. */
export function isLowEntropy(histogram: Histogram): boolean {
  return shannonBits(histogram) < WHOLE_FILE_MIN_ENTROPY_BITS;
}

/** What was seen of the non-blank part of a volume: one 4 KiB cell a sample. */
export interface RandomnessCounts {
  samples: number;
  incompressibleSamples: number;
  /** Sum of chiSquare() over the incompressible samples; without it their mean is not looked at. */
  chiSquareSum?: number;
}

/** Whether a volume is incompressible without structure: nearly every sample passes, and their mean is that of random bytes. */
export function looksEncrypted({ samples, incompressibleSamples, chiSquareSum }: RandomnessCounts): boolean {
  if (samples < ENCRYPTED_SAMPLES || incompressibleSamples < ENCRYPTED_SHARE * samples) return false;
  if (chiSquareSum === undefined) return true;
  const { mean, deviation, floor, errors } = RANDOM_MEAN;
  const play = Math.max(floor, (errors * deviation) / Math.sqrt(incompressibleSamples));
  return chiSquareSum / incompressibleSamples <= mean + play;
}
