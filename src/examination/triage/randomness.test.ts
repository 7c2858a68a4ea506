import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { seededRandom } from "#base/values";
import {
  chiSquare,
  isIncompressible,
  isLowEntropy,
  looksEncrypted,
  type RandomnessCounts,
  shannonBits,
} from "./randomness.ts";
import { RANDOM_CHI_SQUARE } from "./thresholds.ts";

const CELL = 4096;

function counted(bytes: Uint8Array): Uint32Array {
  const histogram = new Uint32Array(256);
  for (const byte of bytes) histogram[byte] = (histogram[byte] ?? 0) + 1;
  return histogram;
}

function countSample(counts: RandomnessCounts, cellChiSquare: number): void {
  counts.samples++;
  if (cellChiSquare > RANDOM_CHI_SQUARE) return;
  counts.incompressibleSamples++;
  counts.chiSquareSum = (counts.chiSquareSum ?? 0) + cellChiSquare;
}

function randomBytes(seed: string, length: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => random.bits32() >>> 24);
}

function words(length: number): Uint8Array {
  const random = seededRandom("words");
  const list = Array.from({ length: 400 }, () => random.bits32().toString(36));
  let text = "";
  while (text.length < length) text += `${list[Math.floor(random.fraction() ** 2 * 400)]} `;
  return new TextEncoder().encode(text);
}

function countsOf(bytes: Uint8Array): RandomnessCounts {
  const counts: RandomnessCounts = { samples: 0, incompressibleSamples: 0 };
  for (let at = CELL; at + CELL < bytes.length; at += CELL)
    countSample(counts, chiSquare(counted(bytes.subarray(at, at + CELL))));
  return counts;
}

test("chiSquare() is the textbook's sum", () => {
  const histogram = counted(randomBytes("chi", CELL));
  const sum = histogram.reduce((total, count) => total + (count - 16) ** 2 / 16, 0);
  assert.ok(Math.abs(chiSquare(histogram) - sum) < 1e-9);
  assert.equal(chiSquare(new Uint32Array(256).fill(16)), 0);
  assert.equal(chiSquare(new Uint32Array(256)), 0);
  assert.equal(chiSquare(counted(new Uint8Array(CELL))), 255 * CELL);
  assert.equal((chiSquare(histogram) * 16) % 1, 0);
});

test("looksEncrypted() holds for random bytes and for none of compressed words, words, mixtures, few samples", () => {
  const random = randomBytes("volume", 400 * CELL);
  const packed = deflateRawSync(words(1_600_000));
  assert.ok(looksEncrypted(countsOf(random)));
  assert.ok(packed.length > 100 * CELL);
  assert.ok(!looksEncrypted(countsOf(packed)));
  assert.ok(!looksEncrypted(countsOf(words(400 * CELL))));
  assert.ok(!looksEncrypted(countsOf(random.subarray(0, 60 * CELL))));
  const mixed = Uint8Array.from([...random.subarray(0, 300 * CELL), ...words(40 * CELL)]);
  assert.ok(!looksEncrypted(countsOf(mixed)));
});

test("looksEncrypted() still holds with 4 % of other material beside it, and not with the mean of films", () => {
  const counts = countsOf(randomBytes("beside", 400 * CELL));
  for (let i = 0; i < 16; i++) countSample(counts, 3000);
  assert.ok(looksEncrypted(counts));
  assert.ok(!looksEncrypted({ samples: 1418, incompressibleSamples: 1394, chiSquareSum: 1394 * 258.12 }));
});

test("isIncompressible() is true for random cells and false for blank, text and ramps with one value doubled", () => {
  assert.ok(isIncompressible(counted(randomBytes("cell", CELL))));
  assert.ok(!isIncompressible(counted(new Uint8Array(CELL))));
  assert.ok(!isIncompressible(counted(words(CELL).subarray(0, CELL))));
});

test("shannonBits() and isLowEntropy() at their ends", () => {
  assert.equal(shannonBits(new Uint32Array(256)), 0);
  assert.equal(shannonBits(new Uint32Array(256).fill(7)), 8);
  assert.ok(isLowEntropy(counted(new Uint8Array(9000))));
  assert.ok(!isLowEntropy(counted(words(9000))));
});
