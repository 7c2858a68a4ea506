import assert from "node:assert/strict";
import { test } from "node:test";
import type { PhaseRegion } from "#examination/sources";
import { regionTally } from "./region-counts.ts";

const MIB = 1 << 20;
const region = (startByte: number, endByte: number, phase: number | null): PhaseRegion => ({
  ...{ startByte, endByte, phase, fileSystem: null, encrypted: null },
});
const regions = [region(0, MIB, null), region(MIB, 4 * MIB, 3), region(4 * MIB, 8 * MIB, 0)];

test("regionTally() looks at a run with the phases of all regions it touches", () => {
  const tally = regionTally({ regions }, 8 * MIB);
  const mask = (offsetBytes: number, lengthBytes: number): number => tally.phasesAt({ offsetBytes, lengthBytes });
  assert.deepEqual([mask(0, 4096), mask(MIB, 4096), mask(4 * MIB - 4096, 8192), mask(0, 8 * MIB)], [255, 8, 9, 255]);
  assert.equal(regionTally({ regions: [] }, MIB).phasesAt({ offsetBytes: 0, lengthBytes: 1 }), 255);
});

test("regionTally() counts samples and blank bytes where a run begins, and goes on from a checkpoint", () => {
  const tally = regionTally({ regions }, 8 * MIB);
  tally.add({ offsetBytes: 2 * MIB, lengthBytes: 4096 }, { blankBytes: 512, chiSquare: 250 });
  tally.add({ offsetBytes: 2 * MIB, lengthBytes: 4096 }, { blankBytes: 0, chiSquare: 5000 });
  const again = regionTally({ regions }, 8 * MIB, tally.toState());
  again.add({ offsetBytes: 2 * MIB, lengthBytes: 4096 }, { blankBytes: 4096, chiSquare: undefined });
  const { samples, incompressibleSamples, chiSquareSum } = again.facts("disk")[1] ?? { samples: 0 };
  assert.deepEqual([samples, incompressibleSamples, chiSquareSum, again.blankBytes], [2, 1, 250, 4608]);
});
