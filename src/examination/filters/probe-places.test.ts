import assert from "node:assert/strict";
import { test } from "node:test";
import { probeOffsets } from "./probe-places.ts";

const blocksOf = (blocks: number): number[] => probeOffsets(blocks * 4096).map((offset) => offset / 4096);

const cases: [blocks: number, places: number[]][] = [
  [0, []],
  [1, [0]],
  [2, [0, 1]],
  [3, [0, 1, 2]],
  [4, [0, 1, 2]],
  [5, [1, 2, 4]],
  [8, [1, 2, 4]],
  [9, [2, 4, 8]],
  [100, [16, 32, 64]],
  [2 ** 30 + 1, [2 ** 28, 2 ** 29, 2 ** 30]],
];
for (const [blocks, places] of cases) {
  test(`probeOffsets() of ${blocks} blocks are ${places.join(", ") || "none"}`, () => {
    assert.deepEqual(blocksOf(blocks), places);
  });
}

test("probeOffsets() stand inside whole blocks, ascending, and a partial last block changes nothing", () => {
  for (let size = 0; size < 40 * 4096; size += 511) {
    const places = probeOffsets(size);
    assert.deepEqual(places, probeOffsets(Math.floor(size / 4096) * 4096));
    assert.deepEqual(
      places,
      [...new Set(places)].sort((a, b) => a - b),
    );
    for (const place of places) assert.ok(place % 4096 === 0 && place + 4096 <= size);
  }
});

test("probeOffsets() of a copy that is cut or prolonged share places with the original's", () => {
  for (const blocks of [70, 100, 128]) assert.deepEqual(blocksOf(blocks), blocksOf(100));
  assert.ok(blocksOf(60).some((place) => blocksOf(100).includes(place)));
});

test("probeOffsets() refuse what is no size", () => {
  for (const size of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => probeOffsets(size), RangeError);
});
