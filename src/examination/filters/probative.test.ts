import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { collisionEntropy, contentRule, isHeaderBlock, wholeFileRule } from "./probative.ts";

const noise = (seed: string, length = 4096): Uint8Array => {
  const random = seededRandom(seed);
  return Uint8Array.from({ length }, () => random.below(256));
};
const histogramOf = (bytes: Uint8Array): Uint32Array => {
  const histogram = new Uint32Array(256);
  for (const byte of bytes) histogram[byte] = (histogram[byte] ?? 0) + 1;
  return histogram;
};
const ruleOf = (bytes: Uint8Array, blankSectors = 0): string | undefined =>
  contentRule(new Uint32Array(bytes.slice().buffer), histogramOf(bytes), blankSectors);

function filled(width: 1 | 2 | 4, littleEndian: boolean, value: (i: number) => number): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4096 / width; i++) {
    if (width === 1) view.setUint8(i, value(i) & 0xff);
    else if (width === 2) view.setUint16(2 * i, value(i) & 0xffff, littleEndian);
    else view.setUint32(4 * i, value(i) >>> 0, littleEndian);
  }
  return bytes;
}
const sortedNoise = (seed: string, count: number, below: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.below(below)).sort((a, b) => a - b);
};

test("contentRule() keeps noise, as compressed pictures and films are", () => {
  for (let i = 0; i < 500; i++) assert.equal(ruleOf(noise(`keep ${i}`)), undefined);
});

test("contentRule() keeps noise of half the alphabet: a poorly compressed picture", () => {
  for (let i = 0; i < 50; i++) {
    assert.equal(ruleOf(noise(`half ${i}`).map((byte) => byte & 0x7f)), undefined);
  }
});

test("contentRule() blank: five blank sectors of eight", () => {
  const block = noise("blank");
  assert.equal(ruleOf(block, 5), "blank");
  assert.equal(ruleOf(block, 4), undefined);
});

test("contentRule() low-entropy: one constant sector in noise is enough", () => {
  const block = noise("sector");
  block.fill(0, 512, 1024);
  assert.equal(ruleOf(block), "low-entropy");
});

test("contentRule() low-entropy: prose, code, two colours, one word of four", () => {
  const prose = new TextEncoder().encode(
    "The quick brown fox jumps over the lazy dog; 2026-11-22 was a Sunday. ".repeat(70),
  );
  assert.equal(ruleOf(prose.slice(0, 4096)), "low-entropy");
  assert.equal(ruleOf(noise("two").map((byte) => (byte & 1) * 255)), "low-entropy");
  assert.equal(ruleOf(noise("word").map((byte, i) => (i % 16 < 4 ? 0x41 : byte))), "low-entropy");
});

const ramps: [name: string, block: Uint8Array][] = [
  ["bytes by 1", filled(1, true, (i) => i)],
  ["bytes by 7", filled(1, true, (i) => 7 * i)],
  ["three interleaved byte ramps", filled(1, true, (i) => (3 + 4 * (i % 3)) * i)],
  ["16-bit little-endian by 517", filled(2, true, (i) => 517 * i)],
  ["16-bit big-endian by 517", filled(2, false, (i) => 517 * i)],
  ["32-bit little-endian by 0x01234567", filled(4, true, (i) => Math.imul(0x01234567, i))],
  ["32-bit big-endian by 0x01234567", filled(4, false, (i) => Math.imul(0x01234567, i))],
  ["32-bit falling", filled(4, true, (i) => 0xffffffff - i * 1_000_003)],
];
for (const [name, block] of ramps) {
  test(`contentRule() drops a ramp: ${name}`, () => {
    assert.match(ruleOf(block) ?? "kept", /^(?:table|low-entropy)$/);
  });
}

test("contentRule() table: ramps of full entropy with a break now and then", () => {
  const block = filled(4, true, (i) => Math.imul(0x01234567, i + 1000 * Math.floor(i / 50)));
  assert.equal(ruleOf(block), "table");
});

for (const [width, endian] of [
  [2, true],
  [2, false],
  [4, true],
  [4, false],
] as const) {
  test(`contentRule() table: sorted ${width * 8}-bit values, ${endian ? "little" : "big"}-endian, up and down`, () => {
    const values = sortedNoise(`sorted ${width}`, 4096 / width, 2 ** (8 * width));
    assert.equal(ruleOf(filled(width, endian, (i) => values[i] ?? 0)), "table");
    assert.equal(ruleOf(filled(width, endian, (i) => values[values.length - 1 - i] ?? 0)), "table");
  });
}

test("contentRule() repeat: noise that repeats every 48 to 2,048 bytes", () => {
  for (const period of [96, 100, 256, 510, 1024, 1536, 2048]) {
    const unit = noise(`unit ${period}`, period);
    const block = Uint8Array.from({ length: 4096 }, (_, i) => unit[i % period] ?? 0);
    assert.match(ruleOf(block) ?? "kept", /^(?:repeat|low-entropy|table)$/, `period ${period}`);
  }
});

test("contentRule() refuses what is no block", () => {
  assert.throws(() => contentRule(new Uint32Array(1023), new Uint32Array(256), 0), RangeError);
});

test("collisionEntropy() of one value is 0, of all equally often 8, of two 1, of nothing 0", () => {
  assert.equal(collisionEntropy(histogramOf(new Uint8Array(100)), 100), 0);
  assert.equal(collisionEntropy(histogramOf(filled(1, true, (i) => i)), 4096), 8);
  assert.equal(collisionEntropy(histogramOf(filled(1, true, (i) => i & 1)), 4096), 1);
  assert.equal(collisionEntropy(new Uint32Array(256), 0), 0);
});

test("isHeaderBlock() asks for a quarter of content", () => {
  assert.equal(isHeaderBlock(0, 0), false);
  assert.equal(isHeaderBlock(0, 3072), false);
  assert.equal(isHeaderBlock(0, 3073), true);
  assert.equal(isHeaderBlock(4096, 3073), false);
  assert.equal(isHeaderBlock(8192, 1e9), true);
});

test("wholeFileRule() refuses small and monotonous files, keeps prose", () => {
  const prose = new TextEncoder().encode("The quick brown fox jumps over the lazy dog while it rains. ".repeat(20));
  assert.equal(wholeFileRule(511, histogramOf(noise("small", 511))), "too-small");
  assert.equal(wholeFileRule(512, histogramOf(noise("small", 512))), undefined);
  assert.equal(wholeFileRule(prose.length, histogramOf(prose)), undefined);
  assert.equal(wholeFileRule(600, histogramOf(new Uint8Array(600))), "low-entropy");
  const twoColours = noise("two").map((byte) => byte & 1);
  assert.equal(wholeFileRule(4096, histogramOf(twoColours)), "low-entropy");
  const holey = new Uint8Array(100_000);
  holey.set(noise("holey", 255));
  assert.equal(wholeFileRule(100_000, histogramOf(holey)), "low-entropy");
  holey.set(noise("holey", 600));
  assert.equal(wholeFileRule(100_000, histogramOf(holey)), undefined);
});
