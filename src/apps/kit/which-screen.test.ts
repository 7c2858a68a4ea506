import assert from "node:assert/strict";
import { test } from "node:test";
import { heard, lost, NOTHING_YET, nextTryMs } from "./kit-touch.ts";
import type { KitView } from "./kit-view.ts";
import { stepOf, whereIs } from "./which-screen.ts";

type States = KitView["lanes"]["lanes"][number]["state"][];

function view({
  state = "open",
  practice = false,
  missing = null,
  lanes = [],
  making = null,
}: {
  state?: "open" | "locked";
  practice?: boolean;
  missing?: KitView["shift"]["missing"];
  lanes?: States;
  making?: number | null;
} = {}): KitView {
  const shift = { state, practice, missing } as KitView["shift"];
  return {
    version: 1,
    nowMs: 1,
    shift,
    making,
    lanes: { lanes: lanes.map((one, i) => ({ key: `${i + 1}`, state: one })) },
  } as KitView;
}

const CASES: [string, KitView, boolean, string][] = [
  ["", view({ state: "locked" }), true, "locked"],
  ["#report-1", view({ state: "locked", lanes: ["answered"] }), false, "locked"],
  ["#self-test", view({ state: "locked" }), false, "self-test"],
  ["", view(), true, "start"],
  ["#devices", view(), false, "devices"],
  ["#devices", view({ missing: "exhibit" }), false, "start"],
  ["#devices", view({ practice: true, making: 0.4 }), false, "making"],
  ["", view({ lanes: ["reading"] }), true, "examining"],
  ["#start", view({ lanes: ["paused"] }), true, "examining"],
  ["#start", view({ lanes: ["reading"] }), false, "start"],
  ["#answer-2", view({ lanes: ["reading", "answered"] }), true, "answer"],
  ["#answer-7", view({ lanes: ["reading"] }), false, "examining"],
  ["#findings-7", view(), false, "devices"],
  ["#/etc/passwd", view(), false, "start"],
  ["#answer-01", view({ lanes: ["answered"] }), false, "start"],
];
for (const [hash, seen, first, want] of CASES) {
  const when = `${seen.shift.state}${first ? ", just opened" : ""}, lanes ${seen.lanes.lanes.map(({ state }) => state).join() || "none"}`;
  test(`whereIs() of "${hash}" (${when}) is ${want}`, () => assert.equal(whereIs(hash, seen, first).screen, want));
}

test("stepOf() names the step that a screen belongs to", () => {
  assert.equal(stepOf("findings"), "answer");
  assert.equal(stepOf("locked"), null);
});

test("heard() takes what is newer, also after a new start, and never what is older", () => {
  const newer = { ...view(), version: 5, nowMs: 500 };
  const screen = heard(NOTHING_YET, newer);
  assert.equal(screen.view, newer);
  assert.equal(heard(lost(screen), { ...view(), version: 4, nowMs: 400 }).view, newer);
  assert.equal(heard(lost(screen), { ...view(), version: 4, nowMs: 400 }).touch, "there");
  const restarted = { ...view(), version: 1, nowMs: 900 };
  assert.equal(heard(screen, restarted).view, restarted);
});

test("lost() keeps what was shown last", () => {
  const screen = heard(NOTHING_YET, view());
  assert.equal(lost(screen).view, screen.view);
  assert.equal(lost(lost(screen)).touch, "lost");
});

test("nextTryMs() never waits longer than five seconds", () => {
  assert.equal(nextTryMs(0), 250);
  assert.equal(nextTryMs(1000), 5000);
});
