import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { verifyReport } from "#examination/evidence/node";
import { type Lanes, openLanes } from "./lanes.node.ts";
import { type LanesLab, lanesLab } from "./lanes-lab.node.ts";
import type { LanesOptions } from "./lanes-options.node.ts";
import type { LaneView } from "./lanes-view.ts";

const MIB = 1 << 20;
let lab: LanesLab;
const open: Lanes[] = [];

before(async () => {
  lab = await lanesLab();
});
after(async () => {
  await Promise.all(open.map((lanes) => lanes.close()));
  lab.remove();
});

function opened(changes: Partial<LanesOptions> = {}): Lanes {
  const lanes = openLanes({ shift: lab.shift(), stateDir: lab.path("state"), machine: lab.machine, ...changes });
  open.push(lanes);
  return lanes;
}

/** Waits for a lane to be as it should; a lane that failed meanwhile says why. */
async function until(lanes: Lanes, key: string, holds: (lane: LaneView) => boolean): Promise<LaneView> {
  for (;;) {
    const lane = lanes.view().lanes.find((one) => one.key === key);
    if (lane !== undefined && holds(lane)) return lane;
    assert.ok(lane === undefined || lane.fault === null, JSON.stringify(lane?.fault));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("openLanes() examines a disk copy to a signed red answer, and counts the exhibit on", async () => {
  const shift = lab.shift();
  const lanes = opened({ shift });
  await lanes.act({ act: "add-path", path: lab.image("red.dd", 8 * MIB, { [3 * MIB]: lab.listed }) });
  const [device] = lanes.view().devices;
  assert.deepEqual([device?.kind, device?.state, device?.chosen, device?.model], ["image", "ready", true, "red.dd"]);
  await lanes.act({ act: "examine", consent: [] });
  assert.equal(shift.exhibit(), "LAB-2");
  const lane = await until(lanes, "1", ({ state }) => state === "answered");
  assert.deepEqual(
    [lane.answer?.verdict, lane.red, lane.hits, lane.fraction, lane.exhibit],
    ["red", true, 1, 1, "LAB-1"],
  );
  assert.deepEqual([lane.lamp, lane.tape.filter(({ found }) => found).length > 0], ["safe", true]);
  const report = lanes.reportOf("1");
  assert.equal(report?.report.basis, "Search warrant 1/2026; offence 04");
  const { outcome } = verifyReport(report?.dir ?? "", { trust: [], nowMs: Date.now() });
  assert.equal(outcome, "verified");
});
