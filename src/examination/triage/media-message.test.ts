import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#base/values";
import { factsIn, isRow } from "./media-message.ts";

const facts = {
  standing: { place: "s/fat16/a.jpg", standing: "deleted", certainty: "proven" },
  ...{ sizeBytes: 9000, ranges: [[4096, 8192]] },
};

test("factsIn() takes what a reader says and nothing else", () => {
  assert.deepEqual(factsIn(facts), facts);
  assert.deepEqual(factsIn({ ...facts, ranges: null })?.ranges, null);
  const { standing, ...others } = facts;
  const wrong = [
    ...[null, 7, {}, others, { ...facts, sizeBytes: -1 }, { ...facts, sizeBytes: "9" }, { ...facts, ranges: [[1]] }],
    ...[
      { place: 7 },
      { ...standing, standing: "none" },
      { ...standing, certainty: "sure" },
      { ...standing, more: 1 },
    ].map((other) => ({ ...facts, standing: other })),
    { ...facts, standing: { place: "x".repeat(70_000) } },
    { ...facts, standing: { place: "x", placeBytes: "zz" } },
  ];
  for (const said of wrong) assert.equal(factsIn(said), null, JSON.stringify(said)?.slice(0, 100));
});

test("isRow() and factsIn() of 20,000 things made up never throw", () => {
  const random = seededRandom("media message");
  const made = (depth: number): unknown => {
    const kind = random.below(depth > 3 ? 5 : 8);
    if (kind < 2) return random.below(2 ** 31) - 7;
    if (kind === 2) return ["place", "allocated", "", null][random.below(4)];
    if (kind === 3) return random.below(100) / 7;
    if (kind === 4) return undefined;
    if (kind === 5) return Array.from({ length: random.below(9) }, () => made(depth + 1));
    const names = ["standing", "sizeBytes", "ranges", "place", "placeBytes", "certainty"];
    return Object.fromEntries(names.filter(() => random.below(2) === 0).map((name) => [name, made(depth + 1)]));
  };
  for (let i = 0; i < 20_000; i++) {
    const said = made(0);
    if (isRow(said)) assert.equal(said.length, 7);
    const believed = factsIn(said);
    if (believed !== null) assert.equal(typeof believed.standing.place, "string");
  }
  assert.ok(isRow([0, 1, 2, 3, -4, 5, 1]));
  assert.ok(![[0, 1, 2, 3, 4, 5], [0, 1, 2, -3, 4, 5, 6], "0123456"].some(isRow));
});
