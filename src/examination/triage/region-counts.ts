import type { KnownPhases, PhaseRegion } from "#examination/sources";
import { ALL_PHASES } from "./engine-message.ts";
import type { RegionFacts } from "./judge.ts";
import type { Run } from "./reading.ts";
import { RANDOM_CHI_SQUARE } from "./thresholds.ts";

/** Counters of one region, in the order samples, incompressible samples, sum of their chi-squares, blank bytes. */
export type RegionCounts = [samples: number, incompressible: number, chiSquareSum: number, blankBytes: number];

/** What was seen in each volume of a source. */
export interface RegionTally {
  /** Adds one read run; it belongs to the region in which it begins. */
  add(run: Run, seen: { blankBytes: number; chiSquare: number | undefined }): void;
  /** Phases to look at in a run, as a mask: those its regions' headers tell, all eight where one tells none. */
  phasesAt(run: Run): number;
  readonly blankBytes: number;
  facts(place: string): RegionFacts[];
  toState(): RegionCounts[];
}

/** Tallies over the regions of a source's headers; one region where they tell nothing. */
export function regionTally(
  known: Pick<KnownPhases, "regions">,
  sizeBytes: number,
  state?: RegionCounts[],
): RegionTally {
  const whole: PhaseRegion = { startByte: 0, endByte: sizeBytes, phase: null, fileSystem: null, encrypted: null };
  const regions = known.regions.length > 0 ? known.regions : [whole];
  const counts = regions.map((_, index): RegionCounts => state?.[index] ?? [0, 0, 0, 0]);
  const indexAt = (offset: number): number => {
    let [low, high] = [0, regions.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((regions[middle]?.startByte ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    add({ offsetBytes }, { blankBytes, chiSquare }) {
      const count = counts[indexAt(offsetBytes)];
      if (count === undefined) return;
      count[3] += blankBytes;
      if (chiSquare === undefined) return;
      count[0]++;
      if (chiSquare > RANDOM_CHI_SQUARE) return;
      count[1]++;
      count[2] += chiSquare;
    },
    phasesAt({ offsetBytes, lengthBytes }) {
      let mask = 0;
      for (let index = indexAt(offsetBytes); index < regions.length; index++) {
        const region = regions[index];
        if (region === undefined || region.startByte >= offsetBytes + lengthBytes) break;
        mask |= region.phase === null ? ALL_PHASES : 1 << region.phase;
      }
      return mask === 0 ? ALL_PHASES : mask;
    },
    get blankBytes() {
      return counts.reduce((sum, count) => sum + count[3], 0);
    },
    facts: (place) =>
      regions.map((region, index) => {
        const [samples, incompressibleSamples, chiSquareSum] = counts[index] ?? [0, 0, 0, 0];
        return {
          place,
          offsetBytes: region.startByte,
          lengthBytes: region.endByte - region.startByte,
          header: region.encrypted,
          samples,
          incompressibleSamples,
          chiSquareSum,
        };
      }),
    toState: () => counts,
  };
}
