import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import type { Pixels } from "#examination/pictures";
import { coefficientsOf } from "./pdq.ts";
import { robustNearest, robustParts } from "./robust-compare.ts";
import { trimmedWindow, windowPixels } from "./robust-trim.ts";
import { LIKENESS } from "./thresholds.ts";

const SIDE = 256;

/** Rectangles on grey: a drawing that no other seed gives. */
function drawing(seed: string): Pixels {
  const random = seededRandom(`robust ${seed}`);
  const pixels = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE) / 2 + 40);
  for (let shape = 0; shape < 25; shape++) {
    const [x, y, grey] = [random.below(SIDE), random.below(SIDE), random.below(256)];
    for (let v = y; v < Math.min(SIDE, y + 50); v++) pixels.fill(grey, v * SIDE + x, v * SIDE + Math.min(SIDE, x + 60));
  }
  return { width: SIDE, height: SIDE, channels: 1, pixels };
}

function bordered(picture: Pixels, lines: number, grey: number): Pixels {
  const side = SIDE + 2 * lines;
  const pixels = new Uint8Array(side * side).fill(grey);
  for (let y = 0; y < SIDE; y++)
    pixels.set(picture.pixels.subarray(y * SIDE, (y + 1) * SIDE), (y + lines) * side + lines);
  return { width: side, height: side, channels: 1, pixels };
}

function captioned(picture: Pixels): Pixels {
  const pixels = picture.pixels.slice();
  pixels.fill(0, Math.round(SIDE * 0.9) * SIDE);
  return { ...picture, pixels };
}

function bitsBetween(query: Pixels, entry: Pixels): { plain: number; robust: number } {
  const [a, b] = [robustParts(query, coefficientsOf), robustParts(entry, coefficientsOf)];
  const whole = (parts: typeof a.query) => parts.filter(({ part }) => part === "whole");
  return {
    plain: robustNearest(whole(a.query), whole(b.entry))?.distance ?? 256,
    robust: robustNearest(a.query, b.entry)?.distance ?? 256,
  };
}

test("robustNearest() meets a picture behind a border, a caption and a crop, where the whole does not", () => {
  const picture = drawing("a");
  const inner = { left: 15, top: 15, width: SIDE - 30, height: SIDE - 30 };
  for (const changed of [bordered(picture, 14, 0), bordered(picture, 14, 255), windowPixels(picture, inner)]) {
    const { plain, robust } = bitsBetween(changed, picture);
    assert.ok(plain > LIKENESS.distanceBits, `plain ${plain}`);
    assert.ok(robust <= LIKENESS.distanceBits, `robust ${robust}`);
  }
  assert.ok(bitsBetween(captioned(picture), picture).robust <= LIKENESS.distanceBits);
});

test("robustNearest() meets a picture cropped to 90 % at nearly any place", () => {
  const picture = drawing("a");
  const side = Math.round(SIDE * 0.9);
  const places = [0, 10, SIDE - side];
  const met = places.flatMap((left) =>
    places.map((top) => {
      const { plain, robust } = bitsBetween(windowPixels(picture, { left, top, width: side, height: side }), picture);
      assert.ok(plain > LIKENESS.distanceBits, `plain ${plain}`);
      return robust <= LIKENESS.distanceBits;
    }),
  );
  assert.ok(met.filter(Boolean).length >= 7, `${met}`);
});

test("robustNearest() keeps unrelated drawings apart", () => {
  const { robust } = bitsBetween(drawing("a"), drawing("b"));
  assert.ok(robust > 2 * LIKENESS.distanceBits, `${robust}`);
});

test("robustParts() leaves out parts of too little quality; two pictures of one colour have no answer", () => {
  const flat: Pixels = { width: SIDE, height: SIDE, channels: 1, pixels: new Uint8Array(SIDE * SIDE).fill(7) };
  assert.deepEqual(robustParts(flat, coefficientsOf), { query: [], entry: [] });
  assert.equal(robustNearest([], []), undefined);
});

test("trimmedWindow() finds a border, and none where there is none or at sides of a few pixels", () => {
  const picture = drawing("a");
  const window = trimmedWindow(bordered(picture, 14, 255));
  assert.ok(window !== undefined && window.left >= 14 && window.left <= 16 && window.width >= SIDE - 6);
  for (const side of [0, 1, 2, 5]) {
    const tiny: Pixels = { width: side, height: side, channels: 3, pixels: new Uint8Array(side * side * 3) };
    assert.ok(robustParts(tiny, coefficientsOf).entry.length === 0);
  }
});
