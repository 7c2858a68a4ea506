import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Fault } from "#base/faults";
import { projectHome } from "#base/machine/node";
import { type Identity, newIdentity, openIdentity } from "#base/signing/node";
import { seededRandom } from "#base/values";
import { openEvidence } from "./evidence.node.ts";
import { kitLog } from "./kit-log.node.ts";
import { sampleDraft, sampleFolder } from "./sample-examination.node.ts";
import { verifyReport } from "./verify-report.node.ts";

const PASSPHRASE = "sample";
const NOW = { trust: [], nowMs: Date.parse("2100-01-01T00:00:00Z") };
let identity: Identity;
let file: Uint8Array;
const children: ChildProcess[] = [];
before(async () => {
  ({ file } = await newIdentity(PASSPHRASE, { workFactor: 1 }));
  identity = await openIdentity(file, PASSPHRASE);
});
after(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** Writes work without an end: after each step it prints the step, so that the parent knows what was done. */
const WRITER = `
import { openEvidence } from "#examination/evidence/node";
import { openIdentity } from "#base/signing/node";
const [dir, hex] = process.argv.slice(1);
const signer = await openIdentity(Buffer.from(hex, "hex"), "sample");
const evidence = await openEvidence(dir, { signer, resume: true, exhibit: "2026-0142-9", basis: null,
  clock: { zone: "UTC", statedAt: null, offsetMs: null }, nowMs: () => Date.now() });
let done = evidence.resumed?.state?.done ?? 0;
process.stdout.write("open\\n");
for (;;) {
  evidence.append("hits", { at: [done] });
  evidence.addRuns([{ offsetBytes: done * 4096, lengthBytes: 4096, fileIndex: 0, digest: new Uint8Array(32).fill(done) }]);
  done++;
  if (done % 7 === 0) evidence.checkpoint({ done });
  if (done % 50 === 0) await new Promise((next) => setTimeout(next, 1));
}`;

function writer(dir: string): Promise<ChildProcess> {
  const args = ["--input-type=module", "-e", WRITER, dir, Buffer.from(file).toString("hex")];
  const child = spawn(process.execPath, args, { cwd: projectHome, stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the writer ended with ${code}`)));
    child.stdout?.once("data", () => resolve(child));
  });
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.once("exit", () => resolve());
    child.kill("SIGKILL");
  });
}

function options(): Parameters<typeof openEvidence>[1] {
  const clock = { zone: "UTC", statedAt: null, offsetMs: null };
  return { signer: identity, resume: true, exhibit: "2026-0142-9", basis: null, clock, nowMs: () => Date.now() };
}

test("kill -9 at 12 random moments: the lock is free at once, nothing counts twice, the report verifies", async () => {
  const dir = sampleFolder();
  const random = seededRandom("kill evidence");
  for (let round = 0; round < 12; round++) {
    const child = await writer(dir);
    await assert.rejects(
      openEvidence(dir, options()),
      (error) => error instanceof Fault && error.code === "evidence/in-use",
    );
    await new Promise((next) => setTimeout(next, random.below(120)));
    await ended(child);
    const { outcome } = verifyReport(dir, NOW);
    assert.equal(outcome, "interrupted");
  }
  appendFileSync(join(dir, "journal.jsonl"), '{"at":"20');
  appendFileSync(join(dir, "runs.bin"), Buffer.alloc(33, 1));
  const evidence = await openEvidence(dir, options());
  const done = Number(evidence.resumed?.state?.["done"] ?? 0);
  assert.ok(done > 0);
  const hits = evidence.entries.filter(({ kind }) => kind === "hits").map(({ body }) => (body["at"] as number[])[0]);
  assert.deepEqual(
    hits,
    Array.from({ length: done }, (_, i) => i),
    "each hit once, in order",
  );
  const offsets = [...(evidence.resumed?.runs() ?? [])].map(({ offsetBytes }) => offsetBytes / 4096);
  assert.deepEqual(
    offsets,
    Array.from({ length: done }, (_, i) => i),
    "each run once, in order",
  );
  const { report } = await evidence.finish(sampleDraft("green"));
  evidence.close();
  assert.equal(report.reads.leaves, done);
  assert.ok(report.notices.some(({ code }) => code === "torn-journal-line"));
  assert.equal(verifyReport(dir, NOW).outcome, "not-vouched-for");
});

test("kill -9 between `closed` and report.json counts as interrupted and can be finished", async () => {
  const dir = sampleFolder();
  const first = await openEvidence(dir, options());
  first.checkpoint({ done: 1 });
  const { reportPath, htmlPath } = await first.finish(sampleDraft("green"));
  first.close();
  rmSync(reportPath);
  rmSync(htmlPath);
  assert.equal(verifyReport(dir, NOW).outcome, "interrupted");
  const second = await openEvidence(dir, options());
  await second.finish(sampleDraft("green"));
  second.close();
  assert.equal(verifyReport(dir, NOW).outcome, "not-vouched-for");
});

test("kitLog() with four processes at once: one chain, nothing lost; a torn line is cut off and said", async () => {
  const path = join(sampleFolder(), "state", "openings.jsonl");
  const source = `import { kitLog } from "#examination/evidence/node";
    const log = kitLog(process.argv[1]);
    for (let i = 0; i < 25; i++) log.append(new Date().toISOString(), { by: process.pid, i });`;
  const runs = Array.from({ length: 4 }, () => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", source, path], {
      cwd: projectHome,
      stdio: "inherit",
    });
    children.push(child);
    return new Promise((resolve) => child.once("exit", resolve));
  });
  assert.deepEqual(await Promise.all(runs), [0, 0, 0, 0]);
  assert.equal(kitLog(path).entries().length, 100);
  appendFileSync(path, `{"half":"${"x".repeat(2000)}`);
  kitLog(path).append("2026-11-22T07:08:00.000Z", { last: true });
  const entries = kitLog(path).entries();
  assert.deepEqual(entries.at(-1)?.body, { last: true, torn: 2009 });
  assert.equal(entries.length, 101);
  const bytes = readFileSync(path);
  bytes[300] = (bytes[300] ?? 0) ^ 1;
  appendFileSync(`${path}.copy`, bytes);
  assert.throws(
    () => kitLog(`${path}.copy`).append("2026-11-22T07:08:00.000Z", {}),
    (error) => error instanceof Fault && error.code === "evidence/kit-log",
  );
});
