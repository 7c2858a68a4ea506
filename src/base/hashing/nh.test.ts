import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { nh } from "./nh.ts";

/** The definition, word for word: nothing clever, so that the fast forms have something to be wrong against. */
function asDefined(words: Uint32Array, key: Uint32Array, shift: number): bigint {
  let sum = 0n;
  for (let g = 0; g < words.length; g += 8) {
    for (let i = g; i < g + 4; i++) {
      const a = (BigInt(words[i] ?? 0) + BigInt(key[i + shift] ?? 0)) % 2n ** 32n;
      const b = (BigInt(words[i + 4] ?? 0) + BigInt(key[i + 4 + shift] ?? 0)) % 2n ** 32n;
      sum += a * b;
    }
  }
  return sum % 2n ** 64n;
}

for (const words of [8, 32, 64, 72, 128]) {
  test(`nh() of ${words} words equals its definition`, () => {
    const random = seededRandom(`nh ${words}`);
    for (let round = 0; round < 50; round++) {
      const message = Uint32Array.from({ length: words }, () => random.bits32());
      const key = Uint32Array.from({ length: words + 8 }, () => random.bits32());
      assert.deepEqual(nh(message, key), [asDefined(message, key, 0), asDefined(message, key, 8)]);
    }
  });
}

test("nh() is exact at its largest products: all words and keys meet at 2^32 - 1", () => {
  const message = new Uint32Array(128).fill(0xffffffff);
  const key = new Uint32Array(136);
  const want = (64n * (2n ** 32n - 1n) ** 2n) % 2n ** 64n;
  assert.deepEqual(nh(message, key), [want, want]);
});

test("nh() of zeros under a key of zeros is 0, and one word alone meets only its partner's key", () => {
  const key = new Uint32Array(16);
  assert.deepEqual(nh(new Uint32Array(8), key), [0n, 0n]);
  key[4] = 7; // the partner of word 0 in pass 1
  key[12] = 11; // and in pass 2
  assert.deepEqual(nh(Uint32Array.of(3, 0, 0, 0, 0, 0, 0, 0), key), [21n, 33n]);
  assert.deepEqual(nh(Uint32Array.of(0, 3, 0, 0, 0, 0, 0, 0), key), [0n, 0n]);
});

test("nh() of messages that differ in one bit differs in both passes, under 200 keys", () => {
  const random = seededRandom("nh one bit");
  for (let round = 0; round < 200; round++) {
    const key = Uint32Array.from({ length: 136 }, () => random.bits32());
    const message = Uint32Array.from({ length: 128 }, () => random.bits32());
    const changed = message.slice();
    const at = random.below(128);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(32));
    const [one, two] = nh(message, key);
    const [otherOne, otherTwo] = nh(changed, key);
    assert.notEqual(one, otherOne);
    assert.notEqual(two, otherTwo);
  }
});

test("nh() refuses a key that does not fit", () => {
  assert.throws(() => nh(new Uint32Array(8), new Uint32Array(15)), RangeError);
  assert.throws(() => nh(new Uint32Array(9), new Uint32Array(17)), RangeError);
});
