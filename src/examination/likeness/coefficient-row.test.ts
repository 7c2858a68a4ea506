import assert from "node:assert/strict";
import { test } from "node:test";
import type { Picture } from "#examination/pictures";
import { coefficientRow, rowCoefficients } from "./coefficient-row.ts";

const facts = { storedWidth: 9, storedHeight: 7, frames: 1, orientation: 1, part: "picture", damaged: false } as const;
const picture: Picture = { width: 9, height: 7, channels: 1, pixels: new Uint8Array(63), format: "png", facts };
const values = Float32Array.from({ length: 256 }, (_, i) => i / 3 - 40);

test("rowCoefficients() gives what coefficientRow() took, from any place in memory", () => {
  const row = coefficientRow(picture, { values, quality: 77 });
  const moved = Buffer.concat([Buffer.alloc(3), row.pixels]).subarray(3);
  assert.deepEqual(rowCoefficients({ ...row, pixels: moved }), { values, quality: 77 });
  assert.deepEqual([row.format, row.facts], ["png", facts]);
});

test("rowCoefficients() believes no pixels, no number that is none, and no quality over 100", () => {
  assert.equal(rowCoefficients(picture), undefined);
  assert.equal(rowCoefficients(coefficientRow(picture, { values, quality: 101 })), undefined);
  const broken = coefficientRow(picture, {
    values: values.map((value, i) => (i === 5 ? Number.NaN : value)),
    quality: 77,
  });
  assert.equal(rowCoefficients(broken), undefined);
});
