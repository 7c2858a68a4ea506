import assert from "node:assert/strict";
import { test } from "node:test";
import { kernelBytes } from "#base/machine/node";
import { seededRandom } from "#base/values";
import { openNearestPixels } from "./nearest-pixels.node.ts";
import { nearestPixels, type Pixels } from "./reduce-pixels.ts";

const unbuilt = kernelBytes("pictures", "nearest") === undefined ? "the kernel is not built: npm run prepare" : false;

test("openNearestPixels() takes the reference's pixels of every shape", { skip: unbuilt }, () => {
  const random = seededRandom("nearest pixels");
  const nearest = openNearestPixels();
  const shapes = [
    ...[
      [640, 480],
      [480, 640],
      [513, 1],
      [1, 513],
      [512, 513],
      [1097, 512],
      [2561, 700],
      [9000, 33],
    ],
    ...Array.from({ length: 8 }, () => [1 + random.below(1500), 513 + random.below(99)]),
  ];
  const noise = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.below(256));
  for (const [width = 0, height = 0] of shapes) {
    for (const channels of [1, 3] as const) {
      const plane: Pixels = { width, height, channels, pixels: noise(width * height * channels) };
      for (const side of [512, 64, 7])
        assert.deepEqual(
          copied(nearest(plane, side)),
          nearestPixels(plane, side),
          `${width} x ${height} x ${channels}`,
        );
    }
  }
});

test("openNearestPixels() gives rows too long for its memory, and what needs no reduction, as the reference does", () => {
  const nearest = openNearestPixels();
  const long: Pixels = { width: 600_000, height: 2, channels: 1, pixels: new Uint8Array(1_200_000).fill(9, 600_000) };
  assert.deepEqual(copied(nearest(long, 512)), nearestPixels(long, 512));
  const small: Pixels = { width: 5, height: 5, channels: 1, pixels: new Uint8Array(25) };
  assert.equal(nearest(small, 512), small);
});

function copied(plane: Pixels): Pixels {
  return { ...plane, pixels: Uint8Array.from(plane.pixels) };
}
