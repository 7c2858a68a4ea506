// The sampled plan on a large, mostly blank image (a sparse file): places chosen by the seed, neighbourhoods of hits, and
// that neither workers nor interruptions change what is found.
import assert from "node:assert/strict";
import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { after, before, test } from "node:test";
import { verifyReport } from "#examination/evidence/node";
import { passesOf } from "./passes.ts";
import { planFrom } from "./plan-from.ts";
import {
  blocksOf,
  type Lab,
  type LabRequest,
  noise,
  openLab,
  reportIn,
  runFailing,
  runInLab,
} from "./triage-lab.node.ts";

const MIB = 1 << 20;
const GIB = 2 ** 30;
const SIZE = 8 * GIB;
/** Where 24 MiB of listed blocks lie, at phase 5: a grid that reaches 20 MiB meets them. */
const PLANTED = 5 * GIB + 5 * 512;
const listed = noise("quick", 24 * MIB);
let lab: Lab;
let asked: Omit<LabRequest, "out">;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  const source = lab.path("quick.dd");
  const fd = openSync(source, "w");
  ftruncateSync(fd, SIZE);
  writeSync(fd, listed, 0, listed.length, PLANTED);
  closeSync(fd);
  const blocks = blocksOf(listed);
  asked = { source, filters: [await lab.filter("quick", { blocks })], options: { quick: true, seed: "seven" } };
});
after(() => lab.remove());

test("examine --quick reads the plan's places, and around hits what the statistics do not count", async () => {
  await runInLab(lab, { ...asked, out: lab.path("two"), options: { ...asked.options, workers: "2" } });
  const { verdict, coverage, findings, plan, reads, bound } = reportIn(lab.path("two"));
  const known = planFrom(plan);
  assert.ok(known !== null && known.sampler === "grid-1");
  const passes = [...passesOf(known)];
  assert.equal(verdict, "red");
  assert.equal(
    coverage.bytesRead,
    passes.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  assert.ok(reads.leaves > passes.reduce((sum, { runCount }) => sum + runCount, 0));
  assert.equal(bound.targetBytes, null);
  const found = findings.reduce((sum, { blocks }) => sum + blocks, 0) * 4096;
  assert.ok(found >= 4 * MIB, `${found} bytes around the hits`);
  assert.ok(findings.every(({ phase, offsetBytes }) => phase === 5 && offsetBytes >= PLANTED));
});

test("examine --quick finds the same with one worker, and after an interruption", async () => {
  await runInLab(lab, { ...asked, out: lab.path("one"), options: { ...asked.options, workers: "1" } });
  const { findings, coverage } = reportIn(lab.path("one"));
  assert.deepEqual(findings, reportIn(lab.path("two")).findings);
  const stopAt = { vanishAtByte: PLANTED + 2 * MIB };
  await runFailing(lab, { ...asked, out: lab.path("cut") }, { faults: stopAt });
  assert.ok(reportIn(lab.path("cut")).coverage.bytesRead < coverage.bytesRead);
  await runInLab(lab, { ...asked, out: lab.path("cut"), options: { ...asked.options, resume: true } });
  const cut = reportIn(lab.path("cut"));
  assert.deepEqual(cut.findings, findings);
  assert.deepEqual(cut.coverage, coverage);
});

test("examine --resume --full after --quick reads on to the end in the same exhibit; the quick report stays proved", async () => {
  const quick = reportIn(lab.path("two"));
  const options = { seed: "seven", resume: true, full: true, workers: "2" } as const;
  await runInLab(lab, { ...asked, out: lab.path("two"), options });
  const { coverage, findings, reads, notices } = reportIn(lab.path("two"));
  assert.equal(coverage.fraction, 1);
  assert.equal(
    findings.reduce((sum, { blocks }) => sum + blocks, 0),
    listed.length / 4096,
  );
  assert.ok(reads.leaves > quick.reads.leaves);
  assert.ok(notices.some(({ code }) => code === "earlier-report"));
  const verification = verifyReport(lab.path("two"), { trust: [lab.trust], nowMs: Date.now() });
  assert.equal(verification.outcome, "verified");
  assert.deepEqual(verification.earlier, [quick]);
});
