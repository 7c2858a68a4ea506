import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { checkClock } from "./clock-rule.ts";

const NOON = Date.parse("2026-11-25T12:00:00Z");
const HOUR = 3_600_000;

test("checkClock() lets a clock pass that is later than all that is known", () => {
  assert.deepEqual(checkClock({ nowMs: NOON, buildMs: NOON - HOUR }), { nowMs: NOON, offsetMs: null });
  const facts = { nowMs: NOON, buildMs: 0, releaseMs: [NOON, NOON - 1], lastEntryMs: NOON };
  assert.deepEqual(checkClock(facts), { nowMs: NOON, offsetMs: null });
});

test("checkClock() takes a stated time for the clock's and says how far they are apart", () => {
  const facts = { nowMs: NOON, buildMs: NOON - 2 * HOUR };
  assert.deepEqual(checkClock({ ...facts, statedMs: NOON + 5000 }), { nowMs: NOON + 5000, offsetMs: 5000 });
  assert.deepEqual(checkClock({ ...facts, statedMs: NOON - HOUR }), { nowMs: NOON - HOUR, offsetMs: -HOUR });
  const reset = Date.parse("2000-01-01T00:00:00Z");
  assert.deepEqual(checkClock({ ...facts, nowMs: reset, statedMs: NOON }), { nowMs: NOON, offsetMs: NOON - reset });
});

for (const [name, facts] of Object.entries({
  "Phum's build": { buildMs: NOON + 1 },
  "one of the filters": { buildMs: 0, releaseMs: [0, NOON + 1, 5] },
  "the journal's last entry": { buildMs: 0, lastEntryMs: NOON + 1 },
})) {
  test(`checkClock() earlier than ${name} is clock/behind; a stated time that is, clock/stated-behind`, () => {
    const fault = (code: string) => (error: unknown) =>
      error instanceof Fault && error.code === code && error.values["now"] === "2026-11-25 12:00 UTC";
    assert.throws(() => checkClock({ nowMs: NOON, ...facts }), fault("clock/behind"));
    for (const nowMs of [0, NOON + HOUR]) {
      assert.throws(() => checkClock({ nowMs, ...facts, statedMs: NOON }), fault("clock/stated-behind"));
    }
  });
}

test("checkClock() of what is no time is the caller's mistake", () => {
  assert.throws(() => checkClock({ nowMs: Number.NaN, buildMs: 0 }), RangeError);
  assert.throws(() => checkClock({ nowMs: 0, buildMs: 0, releaseMs: [Number.NaN] }), RangeError);
  assert.throws(() => checkClock({ nowMs: 0, buildMs: 0, statedMs: Number.NaN }), RangeError);
});
