import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { concatBytes, seededRandom } from "#base/values";
import { type LikenessEntries, laySet, readSet, type StoredSet } from "./set-layout.ts";

const random = seededRandom("set-layout");
const noise = (bytes: number): Uint8Array => Uint8Array.from({ length: bytes }, () => random.below(256));

function entries(known: number, benign: number, videos: number[]): LikenessEntries {
  return {
    thresholds: { distanceBits: 31, quality: 50 },
    known: noise(32 * known),
    knownQuality: Uint8Array.from({ length: known }, (_, i) => (i % 3 === 0 ? 255 : i % 101)),
    benign: noise(32 * benign),
    videos: videos.map((frames) =>
      Array.from({ length: frames }, (_, frame) => ({
        frame,
        hash: noise(32),
        quality: frame % 101,
        timestampMs: 33 * frame,
      })),
    ),
    opaque: known > 0 ? ["photodna 00ff", "sscd é"] : [],
  };
}

function stored(bytes: Uint8Array): StoredSet {
  return {
    lengthBytes: bytes.length,
    readInto: (target, offset) => {
      if (offset + target.length > bytes.length) throw new RangeError("beyond the end");
      target.set(bytes.subarray(offset, offset + target.length));
    },
  };
}

const whole = (set: LikenessEntries): Uint8Array => concatBytes(...laySet(set).pieces());
const isSetFault = (error: unknown): boolean => error instanceof Fault && error.code === "likeness/set";

for (const [name, set] of [
  ["nothing", entries(0, 0, [])],
  ["one of each", entries(1, 1, [1])],
  ["many", entries(100, 33, [5, 0, 70])],
] as const) {
  test(`readSet() of laySet() of ${name} is the same`, () => {
    const bytes = whole(set);
    assert.equal(bytes.length, laySet(set).lengthBytes);
    assert.deepEqual(readSet(stored(bytes)), set);
  });
}

test("readSet() refuses what is cut, longer, of another version, or names more than there is", () => {
  const bytes = whole(entries(10, 2, [3, 4]));
  for (const wrong of [
    bytes.subarray(0, 20),
    bytes.subarray(0, -1),
    concatBytes(bytes, noise(1)),
    changed(bytes, 8, 2),
    changed(bytes, 19, 255),
  ]) {
    assert.throws(() => readSet(stored(wrong)), isSetFault);
  }
});

test("laySet() refuses hashes that are not whole and qualities that are not one each", () => {
  assert.throws(() => laySet({ ...entries(2, 0, []), known: noise(63) }), RangeError);
  assert.throws(() => laySet({ ...entries(2, 0, []), knownQuality: noise(1) }), RangeError);
});

test("readSet() of mutated sets is a set or a Fault", () => {
  const bytes = whole(entries(20, 5, [6, 1]));
  let faults = 0;
  for (let round = 0; round < 2000; round++) {
    try {
      const { known, knownQuality } = readSet(stored(changed(bytes, random.below(bytes.length), random.below(256))));
      assert.equal(known.length, 32 * knownQuality.length);
    } catch (error) {
      assert.ok(isSetFault(error), String(error));
      faults++;
    }
  }
  assert.ok(faults > 0);
});

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
}
