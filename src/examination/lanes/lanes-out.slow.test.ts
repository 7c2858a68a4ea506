// The fear: a device is pulled out, paused or exchanged in the middle, and something is lost, read twice or said wrongly.
import assert from "node:assert/strict";
import { existsSync, renameSync, rmSync } from "node:fs";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Fault } from "#base/faults";
import { verifyReport } from "#examination/evidence/node";
import { type Lanes, openLanes } from "./lanes.node.ts";
import { type LanesLab, lanesLab, until } from "./lanes-lab.node.ts";
import type { LanesOptions } from "./lanes-options.node.ts";

const MIB = 1 << 20;
const SIZE = 96 * MIB;
let lab: LanesLab;
const open: Lanes[] = [];
const code = (expected: string) => (error: unknown) => error instanceof Fault && error.code === expected;
/** Every first read takes a while, so that there is a middle. */
const SLOW = { faults: { ranges: [{ startByte: 0, endByte: 1 << 30, kind: "slow" as const, ms: 250 }] } };

before(async () => {
  lab = await lanesLab();
});
after(async () => {
  await Promise.all(open.map((lanes) => lanes.close()));
  lab.remove();
});

function opened(exhibit: string, changes: Partial<LanesOptions> = {}): Lanes {
  const stateDir = lab.path(`state-${exhibit}`);
  const begun = new Set<string>();
  const trouble = ({ key }: { key: string }): object => (begun.has(key) ? {} : begun.add(key) && SLOW);
  const options = { shift: lab.shift({ exhibit }), stateDir, machine: lab.machine, trouble };
  const lanes = openLanes({ ...options, socketFolder: lab.path("sockets"), ...changes });
  open.push(lanes);
  return lanes;
}

/** Plugs a stick in, examines it, and waits until it is read. */
async function examined(lanes: Lanes, name: string, planted = {}): Promise<string> {
  lab.plug(name, SIZE, planted);
  let key: string | undefined;
  while (key === undefined) {
    key = lanes.view().devices.find(({ model, chosen }) => model === name && chosen)?.key;
    await setTimeout(20);
  }
  for (const other of lanes.view().devices) {
    if (other.key !== key && other.chosen) await lanes.act({ act: "choose", device: other.key, chosen: false });
  }
  await lanes.act({ act: "examine", consent: [] });
  const lane = lanes.view().lanes.at(-1)?.key ?? "";
  await until(lanes, lane, ({ state, fraction }) => state === "reading" && fraction > 0);
  return lane;
}

test("a paused lane begins no read, says safe when the last one ended, and goes on; stopped, it answers for what was read", async () => {
  const lanes = opened("PAUSE-1");
  const lane = await examined(lanes, "paused.dd");
  await lanes.act({ act: "pause", lane });
  const safe = await until(lanes, lane, ({ lamp }) => lamp === "safe");
  assert.deepEqual([safe.state, safe.secondsLeft, safe.bytesPerSecond], ["paused", null, 0]);
  await setTimeout(400);
  const still = lanes.view().lanes[0];
  assert.equal(still?.bytesRead, safe.bytesRead);
  assert.ok(safe.bytesRead < SIZE);
  await lanes.act({ act: "go-on", lane });
  await until(lanes, lane, ({ bytesRead, lamp }) => bytesRead > safe.bytesRead && lamp === "do-not-unplug");
  await lanes.act({ act: "stop", lane });
  const { answer, fraction } = await until(lanes, lane, ({ state }) => state === "answered");
  const stopped = lanes.reportOf(lane)?.report;
  assert.ok(stopped?.notices.some(({ code: said }) => said === "stopped-by-officer"));
  assert.deepEqual([stopped?.seal.digest, fraction < 1], [answer?.digest, true]);

  await lanes.act({ act: "read-on", lane });
  const on = await until(lanes, lane, ({ state }) => state === "answered");
  assert.deepEqual(
    [on.answer?.verdict, on.fraction, (on.wentOn?.fraction ?? 0) >= fraction - 0.01],
    ["green", 1, true],
  );
  const report = lanes.reportOf(lane);
  assert.ok(existsSync(`${report?.dir}/report-1.json`));
  assert.equal(verifyReport(report?.dir ?? "", { trust: [], nowMs: Date.now() }).outcome, "verified");
});

test("a stick that is pulled out is said at once, and goes on by itself when it is back; nothing is read twice", async () => {
  let times = 0;
  const faults = { ...SLOW.faults, vanishAtByte: 70 * MIB };
  const lanes = opened("OUT-1", { trouble: () => (times++ === 0 ? { faults } : {}) });
  const lane = await examined(lanes, "out.dd", { [60 * MIB]: lab.listed });
  const out = await until(lanes, lane, ({ state }) => state === "pulled"); // a read said so, before the socket did
  assert.deepEqual([out.lamp, out.fraction > 0, out.answer], ["not-plugged", true, null]);
  renameSync(lab.path("sockets/out.dd"), lab.path("out.dd"));

  lab.plug("another.dd", 5 * MIB);
  await until(lanes, lane, ({ state }) => state === "other-device");
  rmSync(lab.path("sockets/another.dd"));
  await until(lanes, lane, ({ state }) => state === "pulled");

  renameSync(lab.path("out.dd"), lab.path("sockets/out.dd"));
  const went = await until(lanes, lane, ({ wentOn }) => wentOn !== null);
  assert.ok((went.wentOn?.fraction ?? 0) > 0);
  const { answer, fraction, hits } = await until(lanes, lane, ({ state }) => state === "answered");
  assert.deepEqual([answer?.verdict, fraction, hits], ["red", 1, 1]);
  const { report, dir = "" } = lanes.reportOf(lane) ?? {};
  assert.ok(report?.notices.some(({ code: said }) => said === "interrupted-before"));
  assert.equal(report?.coverage.bytesRead, SIZE);
  assert.equal(verifyReport(dir, { trust: [], nowMs: Date.now() }).outcome, "verified");
});

test("a stick of the same size and name that holds something else is another device, also after a new start; end here answers for what was read", async () => {
  let lanes = opened("OTHER-1");
  const lane = await examined(lanes, "same.dd");
  renameSync(lab.path("sockets/same.dd"), lab.path("same.dd"));
  await until(lanes, lane, ({ state }) => state === "pulled");
  lab.plug("same.dd", SIZE, { 0: Buffer.alloc(SIZE, "another") });
  await until(lanes, lane, ({ state }) => state === "other-device");
  await assert.rejects(lanes.act({ act: "pause", lane }), code("lanes/not-now"));
  await lanes.close();
  lanes = opened("OTHER-1");
  await until(lanes, lane, ({ state }) => state === "other-device");
  await lanes.act({ act: "end-here", lane });
  const { answer, lamp } = await until(lanes, lane, ({ state }) => state === "answered");
  assert.deepEqual([answer?.verdict, lamp], ["amber", "not-plugged"]);
  const { report, dir = "" } = lanes.reportOf(lane) ?? {};
  assert.ok(report?.notices.some(({ code: said }) => said === "pulled-out"));
  assert.equal(verifyReport(dir, { trust: [], nowMs: Date.now() }).outcome, "verified");
});

test("a stick that is out before its turn waits as any other; given up, it is not asked for again", async () => {
  const lanes = opened("TURN-1", { atOnce: 1 });
  const first = await examined(lanes, "first.dd");
  lab.plug("second.dd", MIB);
  await setTimeout(700);
  await lanes.act({ act: "examine", consent: [] });
  const second = lanes.view().lanes[1]?.key ?? "";
  assert.equal(lanes.view().lanes[1]?.state, "queued");
  rmSync(lab.path("sockets/second.dd"));
  await until(lanes, second, ({ state }) => state === "pulled");
  await lanes.act({ act: "end-here", lane: second });
  assert.deepEqual([lanes.view().lanes[1]?.state, lanes.view().lanes[1]?.fault?.code], ["failed", "lanes/not-plugged"]);
  await until(lanes, first, ({ state }) => state === "reading");
  await lanes.close();
  const again = opened("TURN-1");
  assert.deepEqual(
    again.view().lanes.map(({ key, state }) => [key, state === "failed"]),
    [
      [first, false],
      [second, true],
    ],
  );
});
