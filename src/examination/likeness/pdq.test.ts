import assert from "node:assert/strict";
import { test } from "node:test";
import { fromHex, seededRandom, toHex } from "#base/values";
import type { Pixels } from "#examination/pictures";
import { distanceBits } from "./distance-bits.ts";
import { coefficientsOf, pdqOf, turnedHashes } from "./pdq.ts";
import { TRANSFORMS, type Transform } from "./pdq-bits.ts";
import { sideTaps, TAPS_MOST } from "./pdq-taps.ts";

/** Waves with some noise. */
function waves(seed: string, width: number, height: number): Pixels {
  const random = seededRandom(seed);
  const terms = Array.from({ length: 60 }, () => [1 + random.below(40), random.below(40), random.below(628) / 100]);
  const pixels = new Uint8Array(width * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let value = 128;
      for (const [a = 0, b = 0, phase = 0] of terms) value += 9 * Math.sin((a * x) / width + (b * y) / height + phase);
      pixels[at++] = Math.max(0, Math.min(255, value + random.below(5)));
    }
  }
  return { width, height, channels: 1, pixels };
}

/** Where a pixel of the turned picture comes from. */
const FROM: Record<Transform, (x: number, y: number, most: number) => [number, number]> = {
  none: (x, y) => [x, y],
  rotate90: (x, y, most) => [y, most - x],
  rotate180: (x, y, most) => [most - x, most - y],
  rotate270: (x, y, most) => [most - y, x],
  mirror: (x, y, most) => [most - x, y],
  flip: (x, y, most) => [x, most - y],
  transpose: (x, y) => [y, x],
  transverse: (x, y, most) => [most - y, most - x],
};

function turned({ width, height, pixels }: Pixels, transform: Transform): Pixels {
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = FROM[transform](x, y, width - 1);
      out[y * width + x] = pixels[fromY * width + fromX] ?? 0;
    }
  }
  return { width, height, channels: 1, pixels: out };
}

for (const transform of TRANSFORMS) {
  test(`turnedHashes() of ${transform} is near the hash of the picture so turned`, () => {
    const picture = waves("turned", 256, 256);
    const expected = pdqOf(turned(picture, transform)).hash;
    const hashes = turnedHashes(coefficientsOf(picture).values);
    const distances = TRANSFORMS.map((other) => distanceBits(hashes.get(other) ?? new Uint8Array(32), expected));
    const nearest = TRANSFORMS[distances.indexOf(Math.min(...distances))];
    assert.equal(nearest, transform, distances.join(" "));
    assert.ok(Math.min(...distances) <= 44, distances.join(" "));
  });
}

test("pdqOf() of fewer than five pixels a side is 0 with quality 0", () => {
  const { hash, quality } = pdqOf(waves("small", 4, 4));
  assert.deepEqual([toHex(hash), quality], ["0".repeat(64), 0]);
});

test("pdqOf() of a blank picture has quality 0", () => {
  const pixels = new Uint8Array(300 * 200).fill(90);
  assert.equal(pdqOf({ width: 300, height: 200, channels: 1, pixels }).quality, 0);
});

test("pdqOf() takes grey and equal colours as the same", () => {
  const grey = waves("grey", 300, 300);
  const pixels = Uint8Array.from({ length: grey.pixels.length * 3 }, (_, i) => grey.pixels[Math.floor(i / 3)] ?? 0);
  assert.ok(distanceBits(pdqOf(grey).hash, pdqOf({ ...grey, channels: 3, pixels }).hash) <= 2);
});

test("sideTaps() weigh every output with one, within the side", () => {
  for (let length = 1; length <= 512; length++) {
    const { starts, weights } = sideTaps(length);
    for (let i = 0; i < 64; i++) {
      const own = weights.subarray(i * TAPS_MOST, (i + 1) * TAPS_MOST);
      assert.ok(Math.abs(own.reduce((a, b) => a + b, 0) - 1) < 1e-6, `side ${length}, output ${i}`);
      for (const [t, weight] of own.entries()) assert.ok(weight === 0 || (starts[i] ?? 0) + t < length);
    }
  }
});

test("distanceBits() counts bits and has no direction", () => {
  const [a, b] = [fromHex(`0f${"00".repeat(31)}`), fromHex(`f0${"00".repeat(30)}01`)];
  assert.deepEqual([distanceBits(a, b), distanceBits(b, a), distanceBits(a, a)], [9, 9, 0]);
  assert.throws(() => distanceBits(a, new Uint8Array(31)), RangeError);
});
