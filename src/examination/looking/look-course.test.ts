import assert from "node:assert/strict";
import { test } from "node:test";
import { askMissing, labNote, lookAfter, reasonChoices, secondsToCover } from "./look-course.ts";
import { reviewKey } from "./review-keys.ts";

const press = (key: string, more: { code?: string; ctrlKey?: boolean } = {}) => ({
  key,
  code: more.code ?? "",
  ctrlKey: more.ctrlKey ?? false,
  altKey: false,
  metaKey: false,
});

test("lookAfter() is sharp only while held, and what covers it covers it for good", () => {
  assert.equal(lookAfter("blurred", "held"), "sharp");
  assert.equal(lookAfter("sharp", "let-go"), "blurred");
  for (const event of ["escape", "lost-focus", "locked", "time-over", "cover"] as const) {
    assert.equal(lookAfter("sharp", event), "covered");
    assert.equal(lookAfter("blurred", event), "covered");
  }
  for (const event of ["held", "let-go"] as const) assert.equal(lookAfter("covered", event), "covered");
  assert.equal(lookAfter("covered", "opened"), "blurred");
});

test("secondsToCover() rounds up and ends at nothing", () => {
  assert.equal(secondsToCover(10_000, 500), 10);
  assert.equal(secondsToCover(10_000, 12_000), 0);
});

test("askMissing() wants a reason, then the second officer, then the passphrase", () => {
  const form = { reason: null, second: null, passphrase: "" } as const;
  assert.equal(askMissing("en", form, true), "Choose a reason first.");
  assert.equal(askMissing("en", { ...form, reason: "prosecutor" }, false), null);
  assert.equal(askMissing("en", { ...form, reason: "prosecutor" }, true), "Choose the second officer first.");
  assert.match(askMissing("en", { ...form, reason: "prosecutor", second: "x" }, true) ?? "", /types a passphrase/);
  assert.equal(askMissing("en", { reason: "prosecutor", second: "x", passphrase: "y" }, true), null);
});

test("reasonChoices() has the closed list in words", () => {
  assert.deepEqual(
    reasonChoices("km").map(({ value }) => value),
    ["prosecutor", "child-in-danger", "match-in-doubt"],
  );
});

test("labNote() adds the request once", () => {
  const once = labNote("en", "match-in-doubt", "bag 4");
  assert.equal(once, "bag 4\nTo look at in the lab: The match is in doubt");
  assert.equal(labNote("en", "match-in-doubt", once), once);
});

for (const [key, at, want] of [
  ["ArrowDown", 0, { move: "row", index: 1 }],
  ["ArrowDown", 2, { move: "row", index: 2 }],
  ["ArrowUp", 0, { move: "row", index: 0 }],
  ["End", 0, { move: "row", index: 2 }],
  ["7", 1, { move: "category", category: 7 }],
  ["៧", 1, { move: "category", category: 7 }],
  ["Backspace", 1, { move: "category", category: null }],
  ["n", 1, { move: "note" }],
  ["Enter", 1, null],
  ["x", 1, null],
] as const) {
  test(`reviewKey() ${key} in row ${at} of 3`, () => {
    assert.deepEqual(reviewKey(press(key), { at, rows: 3 }), want);
  });
}

test("reviewKey() takes N by its place on a Khmer keyboard, nothing with Ctrl, nothing without rows", () => {
  assert.deepEqual(reviewKey(press("ន", { code: "KeyN" }), { at: 0, rows: 3 }), { move: "note" });
  assert.equal(reviewKey(press("n", { ctrlKey: true }), { at: 0, rows: 3 }), null);
  assert.equal(reviewKey(press("ArrowDown"), { at: 0, rows: 0 }), null);
});
