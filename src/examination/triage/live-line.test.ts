import assert from "node:assert/strict";
import { test } from "node:test";
import { liveLine } from "./live-line.ts";

const facts = {
  ...{ bytesRead: 412_345_678, bytesTotal: 16_000_000_000, fraction: 0.02577, bytesPerSecond: 98_765_432 },
  ...{ secondsLeft: 3725, hits: 0, boundBytes: 20_971_521, confidence: 0.99, goalReached: false },
};

test("liveLine() says bytes read rounded down and what could be unseen rounded up, in plain words", () => {
  assert.equal(
    liveLine("en", facts),
    "2.5 % read (412 MB of 16 GB) · 98.7 MB/s · 1 h 3 min left · nothing found so far · could still be unseen: less than 21 MB (99 in 100)",
  );
});

test("liveLine() after a hit bounds nothing; Khmer has its digits", () => {
  const line = liveLine("km", { ...facts, hits: 12, boundBytes: null, secondsLeft: null });
  assert.match(line, /បានអាន ២,៥ %|បានអាន ២\.៥ %/);
  assert.match(line, /១២/);
  assert.ok(!line.includes("អាចនៅមើលមិនឃើញ"));
});

test("liveLine() tells while reading that comparing comes, and then how far that is", () => {
  assert.match(liveLine("en", { ...facts, comparing: "after" }), /1 h 3 min left · then pictures are compared/);
  const comparing = { done: 1200, total: 30_000, secondsLeft: 90 };
  const line = liveLine("en", { ...facts, bytesPerSecond: 0, secondsLeft: 90, comparing });
  assert.match(line, /likeness: 1,200 of 30,000 files · 2 min left · nothing found so far/);
  assert.ok(!line.includes("/s"));
});
