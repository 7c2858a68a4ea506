// The fear: an examination that is read on loses, hides or changes the report that stood before.
import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { Fault } from "#base/faults";
import { seededRandom } from "#base/values";
import { openEvidence } from "./evidence.node.ts";
import {
  SAMPLE_START_MS,
  type SampleOfficer,
  sampleDraft,
  sampleFolder,
  sampleOfficer,
  sampleOptions,
  sampleRuns,
} from "./sample-examination.node.ts";
import { verifyReport } from "./verify-report.node.ts";

const how = { trust: [], nowMs: SAMPLE_START_MS + 86_400_000 };
const random = seededRandom("earlier");
let officer: SampleOfficer;
let dir: string;

before(async () => {
  officer = await sampleOfficer();
  dir = sampleFolder();
  for (const [verdict, from] of [
    ["green", 0],
    ["green", 10],
    ["red", 20],
  ] as const) {
    const evidence = await openEvidence(dir, sampleOptions(officer, { resume: from > 0 }));
    evidence.addRuns(sampleRuns(random, 10, from));
    evidence.checkpoint({ from });
    await evidence.finish(sampleDraft(verdict));
    evidence.close();
  }
});

test("verifyReport() proves a report that was read on, and each one before it", () => {
  const verification = verifyReport(dir, how);
  assert.ok(verification.outcome === "verified");
  assert.deepEqual(
    verification.earlier.map(({ verdict, reads }) => [verdict, reads.leaves]),
    [
      ["green", 10],
      ["green", 20],
    ],
  );
  assert.deepEqual([verification.report.verdict, verification.report.reads.leaves], ["red", 30]);
});

test("finish() names the report that it goes on from, and counts no interruption", () => {
  const { notices } = JSON.parse(readFileSync(join(dir, "report.json"), "utf8"));
  const codes = notices.map(({ code }: { code: string }) => code);
  assert.ok(!codes.includes("interrupted-before"));
  const { values } = notices.find(({ code }: { code: string }) => code === "earlier-report");
  assert.equal(values.file, "report-2.json");
});

test("verifyReport() while it is read on: interrupted, and what stood before is proved", async () => {
  const copy = sampleFolder();
  cpSync(dir, copy, { recursive: true });
  const evidence = await openEvidence(copy, sampleOptions(officer, { resume: true }));
  evidence.close();
  const verification = verifyReport(copy, how);
  assert.deepEqual([verification.outcome, verification.earlier.length], ["interrupted", 3]);
});

test("verifyReport() refuses an earlier report that is missing, changed, exchanged, or has another page", () => {
  const changes: Record<string, (at: string) => void> = {
    missing: (at) => rmSync(join(at, "report-1.json")),
    changed: (at) =>
      writeFileSync(
        join(at, "report-1.json"),
        readFileSync(join(at, "report-1.json"), "utf8").replace("green", "amber"),
      ),
    exchanged: (at) => copyFileSync(join(at, "report-2.json"), join(at, "report-1.json")),
    "without its page": (at) => rmSync(join(at, "report-1.html")),
    "with another page": (at) => appendFileSync(join(at, "report-2.html"), " "),
  };
  for (const [what, change] of Object.entries(changes)) {
    const copy = sampleFolder();
    cpSync(dir, copy, { recursive: true });
    change(copy);
    const refused = (error: unknown): boolean => error instanceof Fault && error.code === "report/tampered";
    assert.throws(() => verifyReport(copy, how), refused, what);
  }
});
