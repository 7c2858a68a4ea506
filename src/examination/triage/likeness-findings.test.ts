import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "#examination/evidence";
import { type Lead, weighedLeads } from "./likeness-findings.ts";

const likeness = {
  distanceBits: 4,
  thresholdBits: 31,
  quality: 100,
  position: "none",
  entry: 0,
  part: "whole",
} as const;
const finding = (of: Partial<Finding>): Finding => ({
  ...{ place: "s/a.jpg", offsetBytes: 0, lengthBytes: 9000, phase: null, set: "one", release: "1" },
  ...{ category: "baseline", kind: "likeness", confirmed: false, blocks: 0, distinctBlocks: 0, weight: "amber" },
  ...of,
});
const lead = (of: Partial<Finding> = {}, at: Partial<Lead> = {}): Lead => ({
  ...{ finding: finding({ likeness, ...of }), file: "0", ranges: null },
  ...at,
});
const blocks = (of: Partial<Finding> = {}): Finding =>
  finding({ kind: "blocks", confirmed: true, phase: 0, blocks: 1, ...of });
const told = (leads: Lead[], found: Finding[]): unknown[] =>
  weighedLeads(leads, found).map(({ weight, likeness }) => [weight, likeness?.agrees]);

test("weighedLeads() leaves a lead alone amber, whatever else was found in other files", () => {
  assert.deepEqual(told([lead()], []), [["amber", undefined]]);
  assert.deepEqual(told([lead()], [blocks({ place: "s/b.jpg" })]), [["amber", undefined]]);
  assert.deepEqual(told([lead(), lead({ release: "2" })], []), [
    ["amber", undefined],
    ["amber", undefined],
  ]);
  assert.deepEqual(told([lead(), lead({ set: "two" }, { file: "1" })], []), [
    ["amber", undefined],
    ["amber", undefined],
  ]);
});

test("weighedLeads() makes red with listed blocks, with a whole file, with another list, and says with which", () => {
  assert.deepEqual(told([lead()], [blocks()]), [["red", "blocks"]]);
  assert.deepEqual(told([lead()], [blocks(), finding({ kind: "whole-file", confirmed: true })]), [
    ["red", "whole-file"],
  ]);
  assert.deepEqual(told([lead(), lead({ set: "two" })], []), [
    ["red", "likeness"],
    ["red", "likeness"],
  ]);
});

test("weighedLeads() makes nothing red by or for related material, nor by what was not confirmed", () => {
  assert.deepEqual(told([lead({ category: "related" })], [blocks()]), [["amber", undefined]]);
  assert.deepEqual(told([lead()], [blocks({ category: "related" })]), [["amber", undefined]]);
  assert.deepEqual(told([lead(), lead({ set: "two", category: "related" })], []), [
    ["amber", undefined],
    ["amber", undefined],
  ]);
  assert.deepEqual(told([lead()], [blocks({ confirmed: false })]), [["amber", undefined]]);
});

test("weighedLeads() on a medium asks for bytes of the file itself, not for its name", () => {
  const ranges = [
    [4096, 4096],
    [40_960, 4096],
  ] as const;
  const at = (offsetBytes: number, place = "s/a.jpg"): Finding => blocks({ place, offsetBytes, lengthBytes: 4096 });
  assert.deepEqual(told([lead({}, { ranges })], [at(8192)]), [["amber", undefined]]);
  assert.deepEqual(told([lead({}, { ranges })], [at(40_960, "s/other.jpg")]), [["red", "blocks"]]);
  assert.deepEqual(told([lead({}, { ranges: [] })], [at(0)]), [["amber", undefined]]);
  // In pieces: what stands between them may be another's.
  const whole = finding({ kind: "whole-file", confirmed: true, offsetBytes: 4096, lengthBytes: 90_000 });
  const own = lead({ offsetBytes: 4096 }, { ranges });
  assert.deepEqual(told([own], [whole]), [["red", "whole-file"]]);
  assert.deepEqual(told([own], [{ ...whole, place: "s/b.jpg" }]), [["amber", undefined]]);
  assert.deepEqual(told([own], [{ ...whole, standing: "deleted", certainty: "proven" }]), [["amber", undefined]]);
  assert.deepEqual(told([own], [{ ...whole, offsetBytes: 0 }]), [["amber", undefined]]);
});
