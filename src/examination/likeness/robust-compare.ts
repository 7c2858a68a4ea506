import type { Pixels } from "#examination/pictures";
import { distanceBits } from "./distance-bits.ts";
import { hashOf, TRANSFORMS, type Transform } from "./pdq-bits.ts";
import type { Coefficients } from "./pdq-twin.ts";
import { entryParts, type PicturePart, queryParts } from "./robust-parts.ts";
import { LIKENESS } from "./thresholds.ts";

/** A part's coefficients; parts of too little quality are left out. */
export interface PartCoefficients {
  part: string;
  values: Float32Array;
}

/** Of one picture, for asking and for being found. */
export interface RobustParts {
  query: PartCoefficients[];
  entry: PartCoefficients[];
}

/** The nearest of all parts and turns. */
export interface RobustNearest {
  distance: number;
  /** What would be done to the entry's part to get the query's. */
  transform: Transform;
  queryPart: string;
  entryPart: string;
}

/**
 * The parts of a picture by a kernel.
 *
 * @param pixels Reduced to 512 a side already or smaller.
 * @param wanted What is taken; the other is empty.
 */
export function robustParts(
  pixels: Pixels,
  coefficients: (pixels: Pixels) => Coefficients,
  wanted: "query" | "entry" | "both" = "both",
): RobustParts {
  const known = new Map<string, Coefficients>();
  const taken = (parts: PicturePart[]): PartCoefficients[] =>
    parts.flatMap(({ part, pixels: window }) => {
      const found = known.get(part) ?? coefficients(window);
      known.set(part, found);
      return found.quality < LIKENESS.quality ? [] : [{ part, values: found.values }];
    });
  return {
    query: wanted === "entry" ? [] : taken(queryParts(pixels)),
    entry: wanted === "query" ? [] : taken(entryParts(pixels)),
  };
}

/** The nearest pair of parts of two pictures, in any turn; undefined where one of them has no part of enough quality. */
export function robustNearest(query: PartCoefficients[], entry: PartCoefficients[]): RobustNearest | undefined {
  const turned = entry.flatMap(({ part, values }) =>
    TRANSFORMS.map((transform) => ({ part, transform, hash: hashOf(values, transform) })),
  );
  let best: RobustNearest | undefined;
  for (const { part: queryPart, values } of query) {
    const hash = hashOf(values);
    for (const { part: entryPart, transform, hash: other } of turned) {
      const distance = distanceBits(hash, other);
      if (best === undefined || distance < best.distance) best = { distance, transform, queryPart, entryPart };
    }
  }
  return best;
}
