import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { checkClock } from "./clock-rule.ts";

const NOON = Date.parse("2026-11-25T12:00:00Z");
const HOUR = 3_600_000;

test("checkClock() lets a clock pass that is later than all that is known", () => {
  assert.deepEqual(checkClock({ nowMs: NOON, buildMs: NOON - HOUR }), { offsetMs: null });
  assert.deepEqual(
    checkClock({ nowMs: NOON, buildMs: 0, releaseMs: [NOON, NOON - 1], lastEntryMs: NOON, statedMs: NOON + 5000 }),
    { offsetMs: 5000 },
  );
  assert.deepEqual(checkClock({ nowMs: NOON, buildMs: 0, statedMs: NOON - HOUR }), { offsetMs: -HOUR });
});

for (const [name, facts] of Object.entries({
  "Phum's build": { buildMs: NOON + 1 },
  "one of the filters": { buildMs: 0, releaseMs: [0, NOON + 1, 5] },
  "the journal's last entry": { buildMs: 0, lastEntryMs: NOON + 1 },
})) {
  test(`checkClock() earlier than ${name} is clock/behind, whatever time is stated`, () => {
    for (const stated of [{}, { statedMs: NOON + HOUR }]) {
      assert.throws(
        () => checkClock({ nowMs: NOON, ...facts, ...stated }),
        (error) =>
          error instanceof Fault && error.code === "clock/behind" && error.values["now"] === "2026-11-25 12:00 UTC",
      );
    }
  });
}

test("checkClock() of a stated time that cannot be is clock/stated-behind", () => {
  assert.throws(
    () => checkClock({ nowMs: NOON, buildMs: NOON - 1, statedMs: NOON - HOUR }),
    (error) => error instanceof Fault && error.code === "clock/stated-behind",
  );
});

test("checkClock() of what is no time is the caller's mistake", () => {
  assert.throws(() => checkClock({ nowMs: Number.NaN, buildMs: 0 }), RangeError);
  assert.throws(() => checkClock({ nowMs: 0, buildMs: 0, releaseMs: [Number.NaN] }), RangeError);
  assert.throws(() => checkClock({ nowMs: 0, buildMs: 0, statedMs: Number.NaN }), RangeError);
});
