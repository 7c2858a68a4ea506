import assert from "node:assert/strict";
import { test } from "node:test";
import { percentRead } from "./percent-read.ts";
import { RULER_MARKS_BYTES, rulerFraction } from "./ruler-scale.ts";
import { shownName, visibleName } from "./shown-name.ts";
import { drawTape } from "./tape-cells.ts";
import { stepMinutes } from "./time-steps.ts";

for (const [fraction, want] of [
  [0, 0],
  [0.0001, 1],
  [0.41, 41],
  [0.4199, 41],
  [0.29, 29],
  [0.999999, 99],
  [1, 100],
  [Number.NaN, 0],
] as const) {
  test(`percentRead() of ${fraction} is ${want}: never more than was read`, () =>
    assert.equal(percentRead(fraction), want));
}

test("rulerFraction() is a third for each mark of the ruler, and never leaves it", () => {
  for (const [i, bytes] of RULER_MARKS_BYTES.entries()) assert.ok(Math.abs(rulerFraction(bytes) - i / 3) < 1e-9);
  assert.equal(rulerFraction(1), 0);
  assert.equal(rulerFraction(4e12), 1);
  assert.equal(rulerFraction(null), 1, "nothing bounded: all of it could be unseen");
});

test("rulerFraction() grows with the bytes that could be unseen", () => {
  let before = -1;
  for (let bytes = 1000; bytes < 1e9; bytes *= 3) {
    const now = rulerFraction(bytes);
    assert.ok(now > before);
    before = now;
  }
});

for (const [seconds, want] of [
  [0, 1],
  [61, 2],
  [600, 10],
  [601, 15],
  [3600, 60],
  [3601, 90],
  [8700, 150],
] as const) {
  test(`stepMinutes() of ${seconds} s is ${want}: rounded up to a step that can be kept`, () =>
    assert.equal(stepMinutes(seconds), want));
}

const cell = (more: Partial<{ read: number; found: boolean; unread: boolean }> = {}) => ({
  read: 0,
  found: false,
  unread: false,
  ...more,
});

test("drawTape() fills a cell as far as it was read, shows a little of the least, and hatches what could not be read", () => {
  const { cells, shows } = drawTape([
    cell(),
    cell({ read: 0.001 }),
    cell({ read: 0.5 }),
    cell({ read: 7 }),
    cell({ unread: true }),
  ]);
  assert.deepEqual(
    cells.map(({ readHeight }) => readHeight),
    [0, 6, 50, 100, 0],
  );
  assert.deepEqual(
    cells.map(({ hatch }) => hatch),
    [false, false, false, false, true],
  );
  assert.deepEqual(shows, { found: false, unread: true });
});

test("drawTape() sets one flag on neighbours, in their middle, and hides no flag behind a hatch", () => {
  const marks = [0, 1, 2, 5, 7];
  const tape = Array.from({ length: 8 }, (_, i) => cell({ found: marks.includes(i), unread: i === 5 }));
  const { flags, cells } = drawTape(tape);
  assert.deepEqual(flags, [1.5 / 8, 5.5 / 8, 7.5 / 8]);
  assert.equal(cells[5]?.flag, true);
  assert.equal(cells[5]?.hatch, false);
});

test("drawTape() of nothing is an empty drawing", () => {
  assert.deepEqual(drawTape([]).cells, []);
});

for (const [name, want] of [
  ["IMG_0412.JPG", "IMG_0412.JPG"],
  ["ភូមិ_២.jpg", "ភូមិ_២.jpg"],
  ["a\u202egpj.exe", "a⟨U+202E⟩gpj.exe"],
  ["a\u0000b\nc", "a⟨U+0000⟩b⟨U+000A⟩c"],
  ["\ud800x", "⟨U+D800⟩x"],
  ["👨‍👩‍👧.png", "👨‍👩‍👧.png"],
] as const) {
  test(`visibleName() of ${JSON.stringify(name)} draws everything that is in it`, () =>
    assert.equal(visibleName(name), want));
}

test("shownName() cuts a long name in the middle and keeps both ends", () => {
  const { text, cut } = shownName(`begin${"x".repeat(4000)}end.jpg`);
  assert.equal(cut, true);
  assert.ok(text.startsWith("begin") && text.endsWith("end.jpg") && [...text].length < 200);
  assert.deepEqual(shownName("short.jpg"), { text: "short.jpg", cut: false });
});
