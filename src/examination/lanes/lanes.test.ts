import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Fault } from "#base/faults";
import { verifyReport } from "#examination/evidence/node";
import { fakeMachine } from "./fake-machine.node.ts";
import { type LaneRecord, laneRecordText, readLaneRecord } from "./lane-record.ts";
import { type Lanes, noLanes, openLanes } from "./lanes.node.ts";
import { type LanesLab, lanesLab, until } from "./lanes-lab.node.ts";
import type { LanesOptions } from "./lanes-options.node.ts";

const MIB = 1 << 20;
let lab: LanesLab;
const open: Lanes[] = [];
const code = (expected: string) => (error: unknown) => error instanceof Fault && error.code === expected;

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

test("openLanes() examines two devices at once, each its own exhibit, to signed answers; a third waits its turn", async () => {
  const shift = lab.shift({ exhibit: "LAB-09" });
  const lanes = opened({ shift, atOnce: 2 });
  lab.plug("red.dd", 8 * MIB, { [3 * MIB]: lab.listed });
  await lanes.act({ act: "add-path", path: lab.path("sockets/red.dd") });
  for (const name of ["green.dd", "other.dd"]) {
    lab.plug(name, 3 * MIB);
    await lanes.act({ act: "add-path", path: lab.path(`sockets/${name}`) });
  }
  assert.deepEqual(
    lanes.view().devices.map(({ kind, state, chosen, model }) => [kind, state, chosen, model]),
    ["red.dd", "green.dd", "other.dd"].map((model) => ["image", "ready", true, model]),
  );
  await lanes.act({ act: "examine", consent: [] });
  const { lanes: begun, devices } = lanes.view();
  assert.deepEqual(
    begun.map(({ exhibit, state, lamp }) => [exhibit, state, lamp]),
    [
      ["LAB-09", "starting", "do-not-unplug"],
      ["LAB-10", "starting", "do-not-unplug"],
      ["LAB-11", "queued", "safe"],
    ],
  );
  assert.deepEqual([shift.exhibit(), devices[0]?.state, devices[0]?.chosen], ["LAB-12", "examining", false]);
  const [first = "", second = "", third = ""] = begun.map(({ key }) => key);
  const red = await until(lanes, first, ({ state }) => state === "answered");
  assert.deepEqual([red.answer?.verdict, red.red, red.hits, red.fraction, red.lamp], ["red", true, 1, 1, "safe"]);
  assert.ok(red.tape.some(({ found }) => found));
  for (const key of [second, third]) {
    const { answer } = await until(lanes, key, ({ state }) => state === "answered");
    assert.deepEqual([answer?.verdict, answer?.reasons], ["green", []]);
  }
  const report = lanes.reportOf(first);
  assert.equal(report?.report.basis, "Search warrant 1/2026; offence 04");
  assert.equal(report?.report.seal.digest, red.answer?.digest);
  assert.equal(verifyReport(report?.dir ?? "", { trust: [], nowMs: Date.now() }).outcome, "verified");
  assert.equal(lanes.busy, false);
  lanes.sealed(first);
  assert.equal(opened().view().lanes[0]?.answer?.sealed, true);
  assert.equal(lanes.view().lanes[0]?.answer?.sealed, true);
  for (const act of ["read-on", "pause", "stop", "go-on", "end-here"] as const) {
    await assert.rejects(lanes.act({ act, lane: first }), code("lanes/not-now"), act);
  }
});

test("openLanes() refuses what cannot be: nothing chosen, a used number, unknown lanes, a path that is none, the own disk", async () => {
  const machine = fakeMachine(lab.path("own"));
  machine.disk("sda", { number: "8:0", mount: "/" });
  machine.disk("sdb", { number: "8:16", serial: "4C53-2208", usb: true });
  const lanes = opened({ machine: machine.machine, shift: lab.shift({ exhibit: "LAB-09" }) });
  await assert.rejects(lanes.act({ act: "examine", consent: [] }), code("lanes/none-chosen"));
  await assert.rejects(lanes.act({ act: "pause", lane: "99" }), code("lanes/no-lane"));
  await assert.rejects(lanes.act({ act: "choose", device: "d99", chosen: true }), code("lanes/no-device"));
  await assert.rejects(lanes.act({ act: "add-path", path: "stick.dd" }), code("lanes/path"));
  await assert.rejects(lanes.act({ act: "add-path", path: lab.path("nowhere.dd") }), code("source/missing"));
  const [own, stick] = lanes.view().devices;
  assert.deepEqual([own?.state, own?.own, own?.chosen, stick?.state], ["own", true, false, "ready"]);
  await assert.rejects(lanes.act({ act: "choose", device: own?.key ?? "", chosen: true }), code("lanes/own-disk"));
  for (const path of ["/dev/sda", "/dev/sda1"]) {
    await assert.rejects(lanes.act({ act: "add-path", path }), code("lanes/own-disk"), path);
  }
  await lanes.act({ act: "add-path", path: "/dev/sdb" });
  assert.equal(lanes.view().devices[1]?.chosen, true);
  await assert.rejects(lanes.act({ act: "examine", consent: [] }), code("lanes/exhibit-used"));
});

test("openLanes() gives no opener rights and reads nothing that can be written to before that was agreed to, also when a lane goes on", async () => {
  const machine = fakeMachine(lab.path("asked"));
  machine.disk("sdphum", { number: "8:16", serial: "4C53-2209", usb: true });
  machine.denied.add("/dev/sdphum");
  const [stateDir, shift] = [lab.path("state-asked"), lab.shift({ exhibit: "ASK-1" })];
  mkdirSync(join(stateDir, "lanes"), { recursive: true });
  const given = { stateDir, shift, machine: machine.machine, elevate: [lab.path("nobody-asks")] };
  const first = opened(given);
  const [stick] = first.view().devices;
  assert.deepEqual([stick?.state, stick?.asksRights], ["ready", true]);
  await first.act({ act: "choose", device: stick?.key ?? "", chosen: true });
  await assert.rejects(first.act({ act: "examine", consent: [] }), code("lanes/rights"));
  assert.deepEqual(first.view().lanes, []);
  await first.act({ act: "examine", consent: [], elevate: [stick?.key ?? ""] });
  const note = join(stateDir, "lanes/1.json");
  const noted = (): LaneRecord | undefined => readLaneRecord(readFileSync(note, "utf8"));
  assert.deepEqual([noted()?.elevated, noted()?.consent], [true, false]);
  await first.close();

  for (const [fault, refusal, agreed, agreedTo] of [
    ["source/elevation", "lanes/rights", "rights", "elevated"],
    ["triage/consent", "lanes/consent", "writable", "consent"],
  ] as const) {
    const record = { ...(noted() ?? assert.fail("no note")), consent: false, elevated: false };
    writeFileSync(note, laneRecordText({ ...record, state: "failed", fault: { code: fault, values: {} } }));
    const lanes = opened(given);
    assert.equal(lanes.view().lanes[0]?.asks, agreed);
    const other = agreed === "rights" ? "writable" : "rights";
    await assert.rejects(lanes.act({ act: "go-on", lane: "1" }), code(refusal));
    await assert.rejects(lanes.act({ act: "go-on", lane: "1", agreed: other }), code(refusal));
    assert.equal(noted()?.[agreedTo], false);
    await lanes.act({ act: "go-on", lane: "1", agreed });
    assert.equal(noted()?.[agreedTo], true);
    await lanes.close();
  }
});

test("noLanes() shows nothing", () => {
  assert.deepEqual(noLanes(), { devices: [], lanes: [], writeBlocker: false, atOnce: 1 });
});
