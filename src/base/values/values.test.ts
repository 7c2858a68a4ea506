import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, equalBytes, fromHex, toHex } from "./bytes.ts";
import { canonicalText } from "./canonical-json.ts";
import { seededRandom } from "./seeded-random.ts";

test("toHex() and fromHex() are each other's way back", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.deepEqual(fromHex(toHex(bytes)), bytes);
  assert.equal(toHex(fromHex("00fF")), "00ff");
});

for (const text of ["0", "0g", "0x", " 00", "00\n"]) {
  test(`fromHex() refuses ${JSON.stringify(text)}`, () => assert.throws(() => fromHex(text), RangeError));
}

test("concatBytes() keeps the order; equalBytes() sees one different byte", () => {
  const whole = concatBytes(fromHex("0102"), fromHex(""), fromHex("03"));
  assert.equal(toHex(whole), "010203");
  assert.ok(equalBytes(whole, fromHex("010203")));
  assert.ok(!equalBytes(whole, fromHex("010204")));
  assert.ok(!equalBytes(whole, fromHex("0102")));
});

test("canonicalText() sorts keys by UTF-16 and writes no white space (RFC 8785 §3.2.3)", () => {
  assert.equal(canonicalText({ "\u20ac": 1, "\r": 2, a: [1e21, 0.1, null] }), '{"\\r":2,"a":[1e+21,0.1,null],"€":1}');
  assert.throws(() => canonicalText(undefined), TypeError);
});

test("seededRandom() repeats itself, differs between seeds, and is even", () => {
  const numbers = (seed: string): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 20_000 }, () => random.fraction());
  };
  assert.deepEqual(numbers("a"), numbers("a"));
  assert.notDeepEqual(numbers("a").slice(0, 4), numbers("b").slice(0, 4));
  const cells = new Array(16).fill(0);
  for (const fraction of numbers("even")) cells[Math.floor(fraction * 16)]++;
  const chiSquare = cells.reduce((sum, count) => sum + (count - 1250) ** 2 / 1250, 0);
  assert.ok(chiSquare < 37.7, `chi-square of 15 degrees is ${chiSquare}`); // p = 0.001
});
