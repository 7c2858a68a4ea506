import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { seededRandom } from "#base/values";
import vectors from "#vectors/lanes/lane-record.json" with { type: "json" };
import { readsAtOnce, threadsEach } from "./at-once.node.ts";
import { deviceViews, isWriteBlocked, type ShownDevice } from "./device-views.ts";
import { evidenceFolder } from "./evidence-folder.node.ts";
import { examinedBefore } from "./examined-before.ts";
import { type LaneRecord, laneRecordText, readLaneRecord } from "./lane-record.ts";
import { laneRegister } from "./lane-register.node.ts";
import { slowWatch } from "./lane-slow.ts";
import { laneAsks, laneView } from "./lane-view.ts";
import type { LaneState } from "./lanes-view.ts";

const home = mkdtempSync(join(tmpdir(), "phum-lane-"));
after(() => rmSync(home, { recursive: true, force: true }));
const record = readLaneRecord(JSON.stringify(vectors.cases[0]?.record)) as LaneRecord;

for (const { name, record: wanted } of vectors.cases) {
  test(`readLaneRecord() and laneRecordText() agree with the vector: ${name}`, () => {
    const read = readLaneRecord(JSON.stringify(wanted));
    assert.ok(read !== undefined);
    assert.deepEqual(JSON.parse(laneRecordText(read)), wanted);
    assert.deepEqual(readLaneRecord(laneRecordText(read)), read);
  });
}

test("readLaneRecord() of an older note: nobody agreed to ask for rights", () => {
  const { elevated: _, ...older } = vectors.cases[2]?.record ?? assert.fail("no vector");
  assert.equal(readLaneRecord(JSON.stringify(older))?.elevated, false);
  assert.equal(readLaneRecord(JSON.stringify({ ...older, elevated: true }))?.elevated, true);
});

test("readLaneRecord() refuses what is none of ours", () => {
  const whole = vectors.cases[0]?.record ?? {};
  for (const [field, value] of Object.entries({ version: 2, format: "x", key: "0", state: "maybe", out: 7, more: 1 })) {
    assert.equal(readLaneRecord(JSON.stringify({ ...whole, [field]: value })), undefined, field);
  }
  for (const text of ["", "{", "null", "[]", '{"format":"phum-lane"}']) assert.equal(readLaneRecord(text), undefined);
});

test("laneRegister() gives each key once, and leaves out what it cannot read", () => {
  const register = laneRegister(home);
  assert.deepEqual([register.takeKey(), register.takeKey(), laneRegister(home).takeKey()], ["1", "2", "3"]);
  register.write({ ...record, key: "2" });
  writeFileSync(join(home, "lanes/3.json"), "{");
  mkdirSync(join(home, "lanes/other"));
  assert.deepEqual(
    register.all().map(({ key }) => key),
    ["2"],
  );
  assert.ok(readdirSync(join(home, "lanes")).includes("1.json"));
});

test("laneView() says safe only where nothing can be read any more, and not plugged where it is out", () => {
  const pace = { bytesPerSecond: 0, secondsLeft: null, slowBySeconds: 0 };
  const lamp = (state: LaneState, plugged = true, readsUnderWay = 0): string =>
    laneView({ record, state, look: () => ({ seen: null, ...pace, readsUnderWay }) }, plugged, false).lamp;
  const states: LaneState[] = ["starting", "reading", "finishing"];
  for (const state of states) assert.equal(lamp(state), "do-not-unplug", state);
  assert.deepEqual([lamp("paused", true, 3), lamp("paused")], ["do-not-unplug", "safe"]);
  for (const state of ["queued", "answered", "failed"] as const) assert.equal(lamp(state), "safe", state);
  for (const state of ["pulled", "other-device"] as const) assert.equal(lamp(state), "not-plugged", state);
  assert.equal(lamp("answered", false), "not-plugged");
});

test("laneAsks() asks before a lane goes on that may be written to, or whose opener needs rights that can be asked for", () => {
  const asks = (code: string, elevates = true, state: LaneState = "failed"): unknown =>
    laneAsks(state, { code, values: {} }, elevates);
  assert.deepEqual([asks("triage/consent"), asks("triage/consent", false)], ["writable", "writable"]);
  assert.deepEqual([asks("source/rights"), asks("source/elevation")], ["rights", "rights"]);
  assert.deepEqual([asks("source/rights", false), asks("source/missing")], [null, null]);
  assert.deepEqual([asks("triage/consent", true, "queued"), laneAsks("failed", null, true)], [null, null]);
});

const stick: ShownDevice = {
  ...{ key: "d1", kind: "stick", model: "M", serial: "S", sizeBytes: 1, own: false, readOnly: "no" },
  ...{ mountedWritable: false, mayRead: true, early: false, sinceMs: 5 },
};
const facts = {
  ...{ examining: new Set<string>(), failed: new Set<string>(), chosen: new Map<string, boolean>() },
  ...{ elevates: false, before: () => null },
};

test("deviceViews() ticks what came while the shift is open, and never what cannot be examined", () => {
  const shown = (change: Partial<ShownDevice>, more = {}): unknown[] => {
    const [view] = deviceViews([{ ...stick, ...change }], { ...facts, ...more });
    return [view?.state, view?.chosen, view?.justPlugged];
  };
  assert.deepEqual(shown({}), ["ready", true, true]);
  assert.deepEqual(shown({ early: true }), ["ready", false, false]);
  assert.deepEqual(shown({ early: true }, { chosen: new Map([["d1", true]]) }), ["ready", true, false]);
  assert.deepEqual(shown({ kind: "practice", early: true }), ["ready", true, false]);
  assert.deepEqual(shown({ mountedWritable: true }), ["mounted-writable", true, true]);
  assert.deepEqual(shown({ mayRead: false }), ["needs-rights", false, true]);
  assert.deepEqual(shown({ mayRead: false }, { elevates: true }), ["ready", true, true]);
  assert.deepEqual(shown({ own: true }, { chosen: new Map([["d1", true]]) }), ["own", false, false]);
  assert.deepEqual(shown({ kind: "phone" }, { chosen: new Map([["d1", true]]) }), ["phone", false, true]);
  assert.deepEqual(shown({}, { examining: new Set(["d1"]) }), ["examining", false, true]);
  assert.deepEqual(shown({}, { failed: new Set(["d1"]) }), ["cannot-open", false, true]);
});

test("deviceViews() of what this user may not read: asked for where the computer can be asked, else said", () => {
  const shown = (elevates: boolean): unknown[] => {
    const [view] = deviceViews([{ ...stick, mayRead: false }], { ...facts, elevates });
    return [view?.state, view?.chosen, view?.asksRights];
  };
  assert.deepEqual(shown(false), ["needs-rights", false, false]);
  assert.deepEqual(shown(true), ["ready", true, true]);
  assert.equal(deviceViews([stick], { ...facts, elevates: true })[0]?.asksRights, false);
});

test("isWriteBlocked() asks the ticked devices, or all where none is ticked", () => {
  const of = (...readOnly: ShownDevice["readOnly"][]): boolean =>
    isWriteBlocked(
      deviceViews(
        readOnly.map((how, i) => ({ ...stick, key: `d${i}`, readOnly: how })),
        facts,
      ),
    );
  assert.deepEqual([of(), of("kernel"), of("hardware", "kernel"), of("kernel", "no")], [false, true, true, false]);
  assert.equal(isWriteBlocked(deviceViews([{ ...stick, readOnly: "kernel", early: true }], facts)), true);
});

test("examinedBefore() knows a device by its serial alone, and its last examination", () => {
  const device = { kind: "stick", model: "M", serial: "S", sizeBytes: 1 } as const;
  const once = { device, state: "answered", beganAtMs: 1, exhibit: "A" } as const;
  const records = [once, { ...once, beganAtMs: 3, exhibit: "C" }, { ...once, beganAtMs: 9, state: "open" } as const];
  assert.deepEqual(examinedBefore(records, device), { atMs: 3, exhibit: "C" });
  assert.equal(examinedBefore(records, { ...device, sizeBytes: 2 }), null);
  const untold = { ...device, serial: null };
  assert.equal(examinedBefore([{ ...once, device: untold }], untold), null);
});

test("evidenceFolder() keeps a number that can be a name, and never leaves the folder", () => {
  assert.equal(evidenceFolder("/e", "2026-0142-4"), "/e/2026-0142-4");
  assert.equal(evidenceFolder("/e", "២០២៦-៤"), "/e/២០២៦-៤");
  const odd = ["../up", "..", ".", "a/b", "a\\b", "x".repeat(300), "a:b", " a"].map((exhibit) =>
    evidenceFolder("/e", exhibit),
  );
  for (const path of odd) assert.ok(join("/e", basename(path)) === path && !basename(path).startsWith("."), path);
  assert.equal(new Set(odd).size, odd.length);
});

test("slowWatch() says nothing at first, and then how much longer than thought", () => {
  const slow = slowWatch();
  assert.equal(slow.by(0, 600), 0);
  assert.equal(slow.by(20_000, 600), 0);
  assert.equal(slow.by(60_000, 600), 0);
  assert.equal(slow.by(320_000, 660), 360);
  assert.equal(slow.by(330_000, null), 0);
});

test("readsAtOnce() takes a core and room for the lists each, four at most, one at least", () => {
  const list = join(home, "list");
  writeFileSync(list, Buffer.alloc(1e6));
  const many = { cores: 16, freeBytes: 64e9 };
  assert.equal(readsAtOnce([list], many), 4);
  assert.equal(readsAtOnce([list], { ...many, cores: 2 }), 2);
  assert.equal(readsAtOnce([list], { ...many, freeBytes: 1.2e9 }), 2);
  assert.equal(readsAtOnce([list], { cores: 1, freeBytes: 0 }), 1);
  assert.deepEqual([threadsEach(1, 8), threadsEach(2, 8), threadsEach(4, 2)], [null, 4, 1]);
});

test("readLaneRecord() of changed and cut notes gives a note or nothing, and never throws", () => {
  const seed = process.env["PHUM_SEED"] ?? "lane";
  const random = seededRandom(seed);
  const texts = vectors.cases.map((one) => JSON.stringify(one.record));
  for (let i = 0; i < 3000; i++) {
    const text = texts[random.below(texts.length)] ?? "";
    const at = random.below(text.length);
    const put = String.fromCharCode(32 + random.below(95));
    const changed = [
      text.slice(0, at),
      text.slice(0, at) + put + text.slice(at + 1),
      text.slice(0, at) + put + text.slice(at),
    ];
    const read = readLaneRecord(changed[random.below(changed.length)] ?? "");
    assert.ok(read === undefined || read.format === "phum-lane", `seed ${seed}, case ${i}`);
  }
  assert.equal(readLaneRecord(`${"[".repeat(200_000)}${"]".repeat(200_000)}`), undefined);
});
