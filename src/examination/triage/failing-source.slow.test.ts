import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Fault } from "#base/faults";
import type { ReadFaults } from "#examination/sources";
import type { LiveFacts } from "./pace.ts";
import {
  blocksOf,
  type Lab,
  type LabRequest,
  landscape,
  noise,
  openLab,
  reportIn,
  runFailing,
  runInLab,
} from "./triage-lab.node.ts";

const MIB = 1 << 20;
const BLOCK = 4096;
const listed = noise("listed", 64 * BLOCK);
let lab: Lab;
let list: string;
let practiceList: string;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  list = await lab.filter("list", { blocks: blocksOf(listed), files: [noise("file", 3000)] });
  practiceList = await lab.filter("play", { blocks: blocksOf(listed), category: "practice" });
});
after(() => lab.remove());

test("examination of a dying disk jumps over errors, comes back, and tells what stays unread", async () => {
  const [bad, badEnd] = [3 * MIB + 8192, 3 * MIB + 5 * BLOCK];
  const at = 3 * MIB + 40 * BLOCK;
  const source = lab.image("dying.dd", landscape(12 * MIB), { [at]: listed.subarray(0, 4 * BLOCK) });
  const faults: ReadFaults = { ranges: [{ startByte: bad, endByte: badEnd, kind: "error" }] };
  await runFailing(lab, { source, filters: [list], out: lab.path("dying") }, { faults });
  const { verdict, unread, findings, coverage } = reportIn(lab.path("dying"));
  assert.equal(verdict, "red");
  assert.deepEqual(unread, [{ place: "dying.dd", offsetBytes: bad, lengthBytes: badEnd - bad, why: "input-error" }]);
  assert.equal(coverage.bytesRead, 12 * MIB - (badEnd - bad));
  assert.deepEqual(
    findings.map(({ offsetBytes, blocks }) => [offsetBytes, blocks]),
    [[at, 4]],
  );
});

test("examination with a read that never returns abandons its reader and goes on behind", async () => {
  const source = lab.image("hang.dd", landscape(20 * MIB), { [17 * MIB]: listed.subarray(0, 4 * BLOCK) });
  const faults: ReadFaults = { ranges: [{ startByte: 9 * MIB, endByte: 9 * MIB + 512, kind: "hang" }] };
  await runFailing(lab, { source, filters: [list], out: lab.path("hang") }, { faults, stuckMs: 600 });
  const { unread, findings, notices } = reportIn(lab.path("hang"));
  assert.deepEqual(
    unread.map(({ offsetBytes, lengthBytes, why }) => [offsetBytes, lengthBytes, why]),
    [[8 * MIB, 4 * MIB, "timeout"]],
  );
  assert.deepEqual(
    findings.map(({ blocks }) => blocks),
    [4],
  );
  assert.ok(notices.some(({ code }) => code === "reader-abandoned"));
});

test("examination that is stopped answers for what was read, even while a read hangs, and goes on with --resume", async (t) => {
  const source = lab.image("stop.dd", landscape(64 * MIB), { [17 * MIB]: listed.subarray(0, 4 * BLOCK) });
  const asked = { source, filters: [list], out: lab.path("stop") };
  const controller = new AbortController();
  const faults: ReadFaults = { ranges: [{ startByte: 5 * MIB, endByte: 5 * MIB + 512, kind: "hang" }] };
  let stoppedMs = 0;
  // Stopped as soon as the first piece is read: the second hangs by then.
  const live = ({ bytesRead }: LiveFacts): void => {
    if (bytesRead === 0 || stoppedMs > 0) return;
    stoppedMs = performance.now();
    controller.abort();
  };
  const how = { faults, stuckMs: 60_000, live };
  await runFailing(lab, { ...asked, signal: controller.signal, options: { workers: "1" } }, how);
  t.diagnostic(`answered ${Math.round(performance.now() - stoppedMs)} ms after the stop`);
  const stopped = reportIn(lab.path("stop"));
  assert.deepEqual([stopped.verdict, stopped.reasons.includes("stopped-early")], ["amber", true]);
  assert.equal(stopped.coverage.bytesRead, 4 * MIB);
  const { code } = await runInLab(lab, { ...asked, options: { resume: true } });
  const whole = reportIn(lab.path("stop"));
  assert.deepEqual([code, whole.coverage.fraction, whole.findings.length], [20, 1, 1]);
});

test("examination of a device that is pulled out keeps what is known; --resume reads the rest once", async () => {
  const planted = { [2 * MIB]: listed.subarray(0, BLOCK), [18 * MIB]: listed.subarray(0, 4 * BLOCK) };
  const source = lab.image("pulled.dd", landscape(24 * MIB), planted);
  const asked = { source, filters: [list], out: lab.path("pulled") };
  await runFailing(lab, { ...asked, options: { workers: "1" } }, { faults: { vanishAtByte: 13 * MIB } });
  const first = reportIn(lab.path("pulled"));
  assert.equal(first.verdict, "amber");
  assert.ok(first.notices.some(({ code }) => code === "pulled-out"));
  assert.equal(first.coverage.bytesRead, 12 * MIB);
  await runInLab(lab, { ...asked, options: { resume: true } });
  await runInLab(lab, { ...asked, out: lab.path("pulled-not") });
  const [resumed, straight] = [reportIn(lab.path("pulled")), reportIn(lab.path("pulled-not"))];
  assert.deepEqual(resumed.findings, straight.findings);
  assert.deepEqual({ ...resumed.coverage }, { ...straight.coverage });
  assert.equal(resumed.reads.leaves, straight.reads.leaves);
});

test("examine --resume refuses another source, other lists, another plan, and a second writer", async () => {
  const asked = { source: lab.path("stop.dd"), filters: [list], out: lab.path("stop") };
  const refusal = (options: Partial<LabRequest>): Promise<unknown> => runInLab(lab, { ...asked, ...options });
  const code = (expected: string) => (error: unknown) => error instanceof Fault && error.code === expected;
  const other = lab.image("other.dd", landscape(64 * MIB).fill(7));
  await assert.rejects(
    refusal({ source: lab.path("hang.dd"), options: { resume: true } }),
    code("triage/other-source"),
  );
  await assert.rejects(refusal({ source: other, options: { resume: true } }), code("triage/other-source"));
  await assert.rejects(refusal({ filters: [practiceList], options: { resume: true } }), code("triage/other-filter"));
  await assert.rejects(refusal({ options: { resume: true, seed: "another" } }), code("triage/other-plan"));
  await assert.rejects(refusal({}), code("evidence/used"));
});

test("examine --plan REPORT reads the same places again and finds the same", async () => {
  const source = lab.image("red.dd", landscape(9 * MIB), { [MIB + 512]: listed.subarray(0, 4 * BLOCK) });
  await runInLab(lab, { source, filters: [list], out: lab.path("red") });
  await runInLab(lab, {
    source,
    filters: [list],
    out: lab.path("again"),
    options: { plan: lab.path("red"), workers: "1" },
  });
  const [first, again] = [reportIn(lab.path("red")), reportIn(lab.path("again"))];
  assert.deepEqual(again.findings, first.findings);
  assert.deepEqual(again.plan, first.plan);
  assert.ok(again.notices.some(({ code }) => code === "plan-repeated"));
});
