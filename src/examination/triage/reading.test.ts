import assert from "node:assert/strict";
import { test } from "node:test";
import { type SeededRandom, seededRandom } from "#base/values";
import { type Intervals, intervalsFrom, newIntervals } from "./reading.ts";

const SIZE = 400;

/** The definition: one flag a byte. */
function flagsOf(set: Intervals): boolean[] {
  const flags = new Array<boolean>(SIZE).fill(false);
  for (const { offsetBytes, lengthBytes } of set.runs()) flags.fill(true, offsetBytes, offsetBytes + lengthBytes);
  return flags;
}

function change(random: SeededRandom, set: Intervals, flags: boolean[]): void {
  const from = random.below(SIZE);
  const length = random.below(Math.min(40, SIZE - from));
  const adding = random.below(3) > 0;
  if (adding) set.add(from, length);
  else set.remove(from, length);
  flags.fill(adding, from, from + length);
}

test("newIntervals() holds what one flag a byte would, after every add and remove", () => {
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(`intervals ${seed}`);
    const set = newIntervals();
    const flags = new Array<boolean>(SIZE).fill(false);
    for (let step = 0; step < 80; step++) {
      change(random, set, flags);
      assert.deepEqual(flagsOf(set), flags, `seed ${seed} step ${step}`);
      assert.equal(set.bytes, flags.filter(Boolean).length);
      const [from, length] = [random.below(SIZE - 50), random.below(50)];
      const within = flags.slice(from, from + length).filter(Boolean).length;
      assert.equal(set.bytesWithin(from, length), within);
      assert.equal(set.has(from, length), within === length);
    }
  }
});

test("newIntervals() keeps intervals maximal: they ascend and never touch", () => {
  const random = seededRandom("maximal");
  const set = newIntervals();
  for (let step = 0; step < 2000; step++) change(random, set, []);
  let end = -1;
  let count = 0;
  for (const { offsetBytes, lengthBytes } of set.runs()) {
    assert.ok(offsetBytes > end && lengthBytes > 0);
    end = offsetBytes + lengthBytes;
    count++;
  }
  assert.equal(set.count, count);
});

test("gaps() are exactly what runs() leave out of a range", () => {
  const random = seededRandom("gaps");
  for (let round = 0; round < 300; round++) {
    const set = newIntervals();
    const flags = new Array<boolean>(SIZE).fill(false);
    for (let step = 0; step < 12; step++) change(random, set, flags);
    const [from, to] = [random.below(200), 200 + random.below(200)];
    const left = new Array<boolean>(SIZE).fill(false);
    for (const { offsetBytes, lengthBytes } of set.gaps(from, to))
      left.fill(true, offsetBytes, offsetBytes + lengthBytes);
    assert.deepEqual(
      left,
      flags.map((flag, i) => i >= from && i < to && !flag),
    );
  }
});

test("intervalsFrom() gives back what toText() wrote, a whole grid in one pair", () => {
  const grid = newIntervals();
  for (let i = 0; i < 1000; i++) grid.add(4096 + i * 40960, 8192);
  assert.ok(grid.toText().length < 30, grid.toText());
  const random = seededRandom("text");
  for (let i = 0; i < 500; i++) grid.add(random.below(1e12), random.below(1e6));
  const again = intervalsFrom(grid.toText());
  assert.deepEqual([...again.runs()], [...grid.runs()]);
  assert.equal(intervalsFrom(newIntervals().toText()).count, 0);
  for (const bad of ["1-2,x", "1-2*0", "1-2*999999999", "1", "-1-2", "zzzzzzzzzzz-1"]) {
    assert.throws(() => intervalsFrom(bad), RangeError, bad);
  }
});

test("add() of 300,000 interleaved runs in any order gives the same set", () => {
  const there = newIntervals();
  for (const first of [0, 2, 1, 3]) for (let i = first; i < 300_000; i += 4) there.add(i * 8192, 4096);
  const back = newIntervals();
  for (let i = 299_999; i >= 0; i--) back.add(i * 8192, 4096);
  assert.equal(there.count, 300_000);
  assert.equal(there.bytes, 300_000 * 4096);
  assert.equal(there.toText(), back.toText());
});

test("add() refuses what is no run", () => {
  for (const [offset, length] of [
    [-1, 5],
    [0.5, 1],
    [1, -1],
    [Number.NaN, 1],
    [2 ** 60, 1],
  ] as const) {
    assert.throws(() => newIntervals().add(offset, length), RangeError);
  }
});
