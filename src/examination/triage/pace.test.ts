import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedChanceHits, liveFacts, openPace, passSeconds, planSeconds } from "./pace.ts";
import { planOf } from "./plan.ts";

const PHASES = [0, 1, 2, 3, 4, 5, 6, 7];
const disk = planOf({ sizeBytes: 1e12, medium: "rotating", mode: "quick", seed: "pace", phases: PHASES });

test("planSeconds() of a terabyte disk to the goal is below the twelve minutes asked for", () => {
  const { goal, all } = planSeconds(disk);
  assert.equal(goal, all);
  assert.ok(goal > 8 * 60 && goal < 12 * 60, `${goal}`);
  const full = planSeconds(planOf({ ...disk, mode: "full" }));
  assert.ok(full.all > 1e12 / 150e6 && full.goal === goal);
});

test("passSeconds() counts seeks and transfer", () => {
  const seconds = passSeconds(disk, { kind: "grid", runCount: 10_000, bytes: 10_000 * 2 ** 20 });
  assert.ok(Math.abs(seconds - (50 + (10_000 * 2 ** 20) / 150e6)) < 1e-9);
  assert.equal(passSeconds(disk, { kind: "rest", runCount: 5, bytes: 150e6 }), 1);
  assert.ok(Math.abs(passSeconds(disk, { kind: "grid", runCount: 100, bytes: 0 }) - 0.8) < 1e-9);
});

test("openPace() tells the speed of the last half minute and what is left", () => {
  const pace = openPace(disk);
  assert.equal(pace.bytesPerSecond, 0);
  assert.equal(pace.secondsLeft({ gridRuns: 5, restBytes: 5 }), null);
  for (let s = 0; s <= 100; s++) {
    const slow = Math.min(s, 50);
    pace.note({ nowMs: s * 1000, bytesRead: slow * 10e6 + (s - slow) * 80e6, runsRead: slow * 10 + (s - slow) * 80 });
  }
  assert.equal(pace.bytesPerSecond, 80e6);
  assert.equal(pace.secondsLeft({ gridRuns: 800, restBytes: 0 }), 10);
  assert.equal(pace.secondsLeft({ gridRuns: 0, restBytes: 160e6 }), 2);
});

test("liveFacts() carries the bound and the share read", () => {
  const bound = { confidence: 0.99, targetBytes: 4e6, goalBytes: 2e7, reached: true };
  const live = liveFacts({ bytesRead: 25, bytesTotal: 100, hits: 0 }, { bytesPerSecond: 5, secondsLeft: 15 }, bound);
  assert.deepEqual(live, {
    ...{ bytesRead: 25, bytesTotal: 100, fraction: 0.25, hits: 0, bytesPerSecond: 5, secondsLeft: 15 },
    ...{ boundBytes: 4e6, confidence: 0.99, goalReached: true },
  });
  assert.equal(
    liveFacts({ bytesRead: 0, bytesTotal: 0, hits: 0 }, { bytesPerSecond: 0, secondsLeft: null }, bound).fraction,
    1,
  );
});

test("expectedChanceHits() of a TiB at eight phases with 100 million keys is below 0.02", () => {
  const expected = expectedChanceHits(2 ** 40, 8, [1e8]);
  assert.ok(expected > 0.011 && expected < 0.02, `${expected}`);
  assert.equal(expectedChanceHits(2 ** 40, 8, [1e8, 1e8]), expected * 2);
});
