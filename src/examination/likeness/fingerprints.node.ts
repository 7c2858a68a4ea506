import type { PictureFacts, PictureFault, PictureFormat, PictureLimits } from "#examination/pictures";
import { openPictures, type Pictures } from "#examination/pictures/node";
import { rowCoefficients } from "./coefficient-row.ts";
import type { Fingerprint } from "./pdq.ts";
import { hashOf } from "./pdq-bits.ts";
import { openPdqKernel } from "./pdq-kernel.node.ts";
import { SIDE_MOST } from "./pdq-taps.ts";
import { type RobustParts, robustParts } from "./robust-compare.ts";

/** A picture's fingerprint, and of what it was taken. */
export interface PictureFingerprint extends Fingerprint {
  /** For `hashOf`: fingerprints of the picture turned. */
  values: Float32Array;
  /** "exact": the reference's own bits. "fast": of a JPEG's brightness alone; 10 bits off at most. */
  way: FingerprintWay;
  format: PictureFormat;
  facts: PictureFacts;
  /** Of its parts too, where that was asked for. */
  parts?: RobustParts;
}

export type FingerprintWay = "exact" | "fast";

const ENTRY = "src/examination/likeness/fingerprint.child.node.ts";

/** Takes fingerprints of pictures in children. */
export interface Fingerprints {
  /**
   * @param source The file's bytes, or a descriptor open for reading.
   * @param way "fast" where it is for asking a set; what is kept in a set must be "exact".
   * @throws {Fault} pictures/child
   */
  of(
    source: Uint8Array | number,
    way: FingerprintWay,
    frame?: number,
  ): Promise<PictureFingerprint | { fault: PictureFault }>;
  close(): void;
}

/**
 * Opens fingerprints over children of its own, or over given ones, which then stay open.
 *
 * @param over `robust`: fingerprints of parts too, about 20 a picture, of the pixels that are there already: for asking, for being found, or
 *   for both.
 */
export function openFingerprints(
  over: { pictures?: Pictures; limits?: Partial<PictureLimits>; robust?: false | "query" | "entry" | "both" } = {},
): Fingerprints {
  const { robust = false } = over;
  const given = over.pictures !== undefined || robust !== false;
  const pictures = over.pictures ?? (given ? openPictures(over.limits) : openPictures(over.limits, ENTRY));
  const coefficients = openPdqKernel();
  return {
    of: async (source, way, frame = 0) => {
      const picture = await pictures.decode(source, way === "fast" ? "grey" : "rgb", { square: SIDE_MOST, frame });
      if ("fault" in picture) return picture;
      const { format, facts } = picture;
      const found = given ? coefficients(picture) : rowCoefficients(picture);
      if (found === undefined) return { fault: { code: "ended", format } };
      const { values, quality } = found;
      const taken = way === "fast" && format === "jpeg" ? "fast" : "exact";
      const parts = robust === false ? {} : { parts: robustParts(picture, coefficients, robust) };
      return { hash: hashOf(values), quality, values, way: taken, format, facts, ...parts };
    },
    close: () => {
      if (over.pictures === undefined) pictures.close();
    },
  };
}
