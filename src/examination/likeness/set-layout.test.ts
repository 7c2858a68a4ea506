import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { concatBytes, fromHex, seededRandom, toHex } from "#base/values";
import vectors from "#vectors/likeness/sets.json" with { type: "json" };
import { type LikenessEntries, laySet, officersOf, readEntry, readSet, type StoredSet } from "./set-layout.ts";

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

/** The same, with how many officers confirmed each. */
function confirmed(set: LikenessEntries): LikenessEntries {
  return { ...set, confirmed: { pictures: noise(set.knownQuality.length), videos: noise(set.videos.length) } };
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
  ["nothing, confirmed", confirmed(entries(0, 0, []))],
  ["many, confirmed", confirmed(entries(100, 33, [5, 0, 70]))],
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
    changed(bytes, 8, 3),
    changed(bytes, 8, 0),
    changed(bytes, 19, 255),
  ]) {
    assert.throws(() => readSet(stored(wrong)), isSetFault);
  }
});

for (const { version, bytes, robust, ...is } of vectors.sets) {
  test(`laySet() and readSet() keep to the vector of version ${version}${robust ? ", parts asked about" : ""}`, () => {
    const set = readSet(stored(fromHex(bytes)));
    assert.equal(toHex(whole(set)), bytes);
    assert.equal(toHex(set.known), is.known.join(""));
    assert.equal(toHex(set.benign), is.benign.join(""));
    assert.deepEqual([...set.knownQuality], is.quality);
    const frames = set.videos.flat().map(({ frame: _, ...frame }) => ({ ...frame, hash: toHex(frame.hash) }));
    assert.deepEqual(frames, is.frames);
    assert.deepEqual(set.opaque, is.opaque);
    const { pictures, videos } = is.confirmed ?? { pictures: [0, 0], videos: [0] };
    assert.deepEqual(
      [0, 1].map((i) => officersOf(set, "picture", i)),
      pictures,
    );
    assert.equal(officersOf(set, "video", 0), videos[0]);
    assert.equal(set.confirmed === undefined, version === 1);
    assert.equal(set.robust === true, robust);
  });
}

test("readEntry() gives the entry of a number as readSet() does, and nothing where there is none", () => {
  for (const set of [entries(40, 3, [2, 0, 9]), confirmed(entries(33, 0, [1, 4]))]) {
    const lies = stored(whole(set));
    for (const i of [0, 7, 32]) {
      assert.deepEqual(readEntry(lies, "picture", i), set.known.subarray(32 * i, 32 * (i + 1)));
    }
    for (const [i, frames] of set.videos.entries()) {
      assert.deepEqual(readEntry(lies, "video", i), concatBytes(...frames.map(({ hash }) => hash)));
    }
    for (const wrong of [-1, 1_000_000, Number.NaN]) {
      assert.equal(readEntry(lies, "picture", wrong), null);
      assert.equal(readEntry(lies, "video", wrong), null);
    }
  }
});

test("laySet() refuses hashes that are not whole and qualities that are not one each", () => {
  assert.throws(() => laySet({ ...entries(2, 0, []), known: noise(63) }), RangeError);
  assert.throws(() => laySet({ ...entries(2, 0, []), knownQuality: noise(1) }), RangeError);
  const short = { pictures: noise(1), videos: noise(0) };
  assert.throws(() => laySet({ ...entries(2, 0, []), confirmed: short }), RangeError);
});

test("readSet() and readEntry() of mutated sets give a set, an entry or a Fault", () => {
  const plain = entries(20, 5, [6, 1]);
  const both = [whole(plain), whole(confirmed(plain))];
  let faults = 0;
  for (let round = 0; round < 4000; round++) {
    const bytes = both[round % 2] ?? noise(0);
    // Half of the changes in the head, where the lengths stand.
    const at = random.below(round % 4 < 2 ? 64 : bytes.length);
    const mutated = stored(changed(bytes, at, random.below(256)));
    try {
      const set = readSet(mutated);
      assert.equal(set.known.length, 32 * set.knownQuality.length);
      assert.ok(set.confirmed === undefined || set.confirmed.pictures.length === set.knownQuality.length);
      assert.ok((readEntry(mutated, "video", random.below(3))?.length ?? 0) % 32 === 0);
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
