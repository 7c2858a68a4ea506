import { nearestPixels, type Pixels } from "#examination/pictures";
import { hashOf, TRANSFORMS, type Transform } from "./pdq-bits.ts";
import { SIDE_MOST } from "./pdq-taps.ts";
import { type Coefficients, coefficientsTwin } from "./pdq-twin.ts";

/** A picture's fingerprint and what it is worth. */
export interface Fingerprint {
  /** 256 bits, 32 bytes, most significant first. */
  hash: Uint8Array;
  /** 0 to 100. Under LIKENESS.quality it says nothing. */
  quality: number;
}

/**
 * The PDQ fingerprint of a picture, the same bits as the published reference gives for the same pixels. Runs anywhere.
 *
 * @param pixels Of any size, as stored: not turned by EXIF, not reduced. Under 5 pixels a side: all bits 0, quality 0.
 * @see facebook/ThreatExchange pdq; docs/design/0022-likeness.md
 */
export function pdqOf(pixels: Pixels): Fingerprint {
  const { values, quality } = coefficientsOf(pixels);
  return { hash: hashOf(values), quality };
}

/** The coefficients of a picture of any size: its fingerprint as it is and turned comes of them by `hashOf`. */
export function coefficientsOf(pixels: Pixels): Coefficients {
  return coefficientsTwin(nearestPixels(pixels, SIDE_MOST));
}

/** The fingerprints of a picture turned and mirrored, by what would be done to it. */
export function turnedHashes(values: Float32Array): Map<Transform, Uint8Array> {
  return new Map(TRANSFORMS.map((transform) => [transform, hashOf(values, transform)]));
}
