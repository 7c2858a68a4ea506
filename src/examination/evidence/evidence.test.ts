import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { Fault } from "#base/faults";
import { openSealed } from "#base/signing/node";
import { canonicalText, seededRandom } from "#base/values";
import { openEvidence } from "./evidence.node.ts";
import { readReport } from "./read-report.ts";
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

let officer: SampleOfficer;
before(async () => {
  officer = await sampleOfficer();
});
const NOW = { trust: [], nowMs: SAMPLE_START_MS + 86_400_000 };

function fault(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof Fault, String(error));
    assert.equal(error.code, code);
    return true;
  };
}

test("openEvidence() to finish(): a report that verifies, with officer, agency and words", async () => {
  const dir = join(sampleFolder(), "new", "folder");
  const evidence = await openEvidence(dir, sampleOptions(officer));
  assert.equal(evidence.resumed, null);
  assert.deepEqual(evidence.entries, []);
  evidence.append("source", { serial: "WX41" });
  const random = seededRandom("finish");
  for (let i = 0; i < 5; i++) {
    evidence.addRuns(sampleRuns(random, 100, i * 100));
    evidence.append("hits", { at: [i] });
    evidence.checkpoint({ done: i, unread: [] });
  }
  const files = [{ place: "drawing.bmp", sizeBytes: 65_536, digests: { sha256: "00".repeat(32) } }];
  const finished = await evidence.finish(sampleDraft("red"), { recipients: [officer.agency.recipient], files });
  assert.throws(() => evidence.append("notice", {}), /closed or finished/);
  evidence.close();
  assert.equal(finished.words.length, 8);
  const verified = verifyReport(dir, { ...NOW, trust: [officer.agency.publicKey] });
  assert.equal(verified.outcome, "verified");
  assert.ok(verified.outcome === "verified");
  assert.equal(verified.digest, finished.digest);
  assert.equal(verified.agencyKey, officer.agency.publicKey);
  assert.equal(verified.fromFuture, false);
  assert.deepEqual(verified.journal.runs, 500);
  assert.deepEqual(verified.journal.checkpoints, 5);
  assert.deepEqual(verified.report, finished.report);
  assert.equal(verified.report.officer.vouchedFor, true);
  const html = readFileSync(finished.htmlPath, "utf8");
  for (const word of finished.words) assert.ok(html.includes(`<b>${word}</b>`));
  const sealed = readFileSync(join(dir, "annex.age"));
  const reader = await openSealed(
    (at, length) => sealed.subarray(at, at + length),
    sealed.length,
    officer.agency.ageSecret,
  );
  const plain = new Uint8Array(reader.plainBytes);
  reader.readInto(plain, 0);
  assert.equal(new TextDecoder().decode(plain), canonicalText({ format: "phum-annex", version: 1, files }));
  assert.ok(!html.includes("0000000000000000000000000000"), "no digest of a hit file outside the annex");
});

test("verifyReport() without a certificate: intact, not vouched for; with an expired one the same; with a foreign agency a Fault", async () => {
  const plainDir = sampleFolder();
  const { certificate: _, ...bare } = sampleOptions(officer);
  const evidence = await openEvidence(plainDir, bare);
  const { report } = await evidence.finish(sampleDraft("green"));
  evidence.close();
  assert.ok(report.notices.some(({ code }) => code === "no-certificate"));
  const verified = verifyReport(plainDir, NOW);
  assert.ok(verified.outcome === "not-vouched-for");
  assert.equal(verified.why, "no-certificate");

  const lateDir = sampleFolder();
  const lateMs = Date.parse("2028-02-01T00:00:00.000Z");
  const late = await openEvidence(lateDir, sampleOptions(officer, { nowMs: () => lateMs }));
  await late.finish(sampleDraft("green"));
  late.close();
  const expired = verifyReport(lateDir, NOW);
  assert.ok(expired.outcome === "not-vouched-for");
  assert.equal(expired.why, "expired");
  assert.equal(expired.fromFuture, true);

  const dir = sampleFolder();
  const vouched = await openEvidence(dir, sampleOptions(officer));
  await vouched.finish(sampleDraft("green"));
  vouched.close();
  assert.throws(() => verifyReport(dir, { ...NOW, trust: ["ab".repeat(32)] }), fault("report/untrusted"));
});

test("openEvidence() refuses a used folder, a second writer, another exhibit, officer or certificate", async () => {
  const dir = sampleFolder();
  const first = await openEvidence(dir, sampleOptions(officer));
  await assert.rejects(openEvidence(dir, sampleOptions(officer)), fault("evidence/in-use"));
  await assert.rejects(openEvidence(dir, sampleOptions(officer, { resume: true })), fault("evidence/in-use"));
  first.close();
  await assert.rejects(openEvidence(dir, sampleOptions(officer)), fault("evidence/used"));
  const other = { resume: true, exhibit: "another" };
  await assert.rejects(openEvidence(dir, sampleOptions(officer, other)), fault("evidence/other-exhibit"));
  const second = await sampleOfficer();
  await assert.rejects(openEvidence(dir, sampleOptions(second, { resume: true })), fault("evidence/other-officer"));
  const mixed = { ...sampleOptions(officer), certificate: second.certificate, resume: true };
  await assert.rejects(openEvidence(dir, mixed), fault("evidence/other-certificate"));
  const again = await openEvidence(dir, sampleOptions(officer, { resume: true }));
  again.close();
  again.close();
  assert.equal(verifyReport(dir, NOW).outcome, "interrupted");
});

test("openEvidence() resumed: state, runs and entries up to the last checkpoint; work after it does not count", async () => {
  const dir = sampleFolder();
  const random = seededRandom("resume");
  const runs = sampleRuns(random, 50);
  const first = await openEvidence(dir, sampleOptions(officer));
  first.addRuns(runs.slice(0, 30));
  first.append("hits", { at: [1] });
  first.checkpoint({ done: 30, large: "x".repeat(100_000) });
  first.append("hits", { at: [2] });
  first.append("notice", { code: "pulled-out" });
  first.addRuns(runs.slice(30));
  first.close();
  assert.ok(statSync(join(dir, "journal.jsonl")).size < 10_000, "state stands beside the journal");

  const second = await openEvidence(dir, sampleOptions(officer, { resume: true }));
  assert.deepEqual(second.resumed?.state, { done: 30, large: "x".repeat(100_000) });
  assert.equal(second.resumed?.checkpoint, 1);
  assert.deepEqual(
    [...(second.resumed?.runs() ?? [])],
    runs.slice(0, 30).map((run) => ({ ...run, flags: 0 })),
  );
  assert.deepEqual(
    second.resumed?.notices.map(({ code }) => code),
    ["interrupted-before", "runs-discarded"],
  );
  const hits = second.entries.filter(({ kind }) => kind === "hits").map(({ body }) => body);
  assert.deepEqual(hits, [{ at: [1] }]);
  assert.ok(second.entries.some(({ kind }) => kind === "notice"));
  second.addRuns(runs.slice(30));
  second.append("hits", { at: [2] });
  second.checkpoint({ done: 50 });
  second.close();

  const third = await openEvidence(dir, sampleOptions(officer, { resume: true }));
  const again = third.entries.filter(({ kind }) => kind === "hits").map(({ body }) => body);
  assert.deepEqual(again, [{ at: [1] }, { at: [2] }]);
  const { report } = await third.finish(sampleDraft("red"));
  third.close();
  assert.equal(report.reads.leaves, 50);
  const before = report.notices.find(({ code }) => code === "interrupted-before");
  assert.deepEqual(before?.values, { times: 2 });
  assert.equal(verifyReport(dir, NOW).outcome, "verified");
});

test("openEvidence() drops a torn last line and says so", async () => {
  for (const tail of ['{"at":"2026-11-22T07:08', "\0\0\0\0\0", "\0\0\n\0\0\0\n"]) {
    const dir = sampleFolder();
    const first = await openEvidence(dir, sampleOptions(officer));
    first.checkpoint({});
    first.close();
    appendFileSync(join(dir, "journal.jsonl"), tail);
    assert.equal(verifyReport(dir, NOW).journal.tornBytes, tail.length);
    const second = await openEvidence(dir, sampleOptions(officer, { resume: true }));
    const torn = second.resumed?.notices.find(({ code }) => code === "torn-journal-line");
    assert.deepEqual(torn?.values, { tornBytes: tail.length });
    await second.finish(sampleDraft("green"));
    second.close();
    assert.equal(verifyReport(dir, NOW).outcome, "verified");
  }
});

test("openEvidence() of a finished examination goes on and keeps the earlier report", async () => {
  const dir = sampleFolder();
  const first = await openEvidence(dir, sampleOptions(officer));
  first.checkpoint({ done: 1 });
  const early = await first.finish(sampleDraft("amber", { reasons: ["stopped-early"] }));
  first.close();
  const second = await openEvidence(dir, sampleOptions(officer, { resume: true }));
  assert.ok(!existsSync(early.reportPath));
  assert.deepEqual(readReport(readFileSync(join(dir, "report-1.json"))), early.report);
  second.close();
  assert.equal(verifyReport(dir, NOW).outcome, "interrupted");
  const third = await openEvidence(dir, sampleOptions(officer, { resume: true }));
  await third.finish(sampleDraft("green"));
  third.close();
  assert.equal(verifyReport(dir, NOW).outcome, "verified");
});

test("openEvidence() never writes inside the examined folder, also not through a link", async () => {
  const source = sampleFolder();
  const elsewhere = sampleFolder();
  mkdirSync(join(source, "deep"));
  symlinkSync(join(source, "deep"), join(elsewhere, "link"));
  for (const dir of [source, join(source, "x", "y"), join(elsewhere, "link", "z")]) {
    const options = sampleOptions(officer, { sourcePath: source });
    await assert.rejects(openEvidence(dir, options), fault("evidence/inside-source"));
  }
  const beside = await openEvidence(join(elsewhere, "..x"), sampleOptions(officer, { sourcePath: source }));
  beside.close();
});

test("openEvidence() notices a journal that was set back to an earlier state", async () => {
  const [dir, stateDir] = [sampleFolder(), sampleFolder()];
  const first = await openEvidence(dir, sampleOptions(officer, { stateDir }));
  first.addRuns(sampleRuns(seededRandom("back"), 5));
  first.checkpoint({ done: 1 });
  const kept = ["journal.jsonl", "runs.bin", "state-1.json"].map(
    (name) => [name, readFileSync(join(dir, name))] as const,
  );
  first.append("hits", { at: [9] });
  first.checkpoint({ done: 2 });
  first.close();
  for (const [name, bytes] of kept) writeFileSync(join(dir, name), bytes);
  await assert.rejects(
    openEvidence(dir, sampleOptions(officer, { stateDir, resume: true })),
    fault("evidence/set-back"),
  );
});

test("append() refuses the kinds that evidence writes itself, finish() a draft that contradicts itself", async () => {
  const evidence = await openEvidence(sampleFolder(), sampleOptions(officer));
  assert.throws(() => evidence.append("closed" as "notice", {}), RangeError);
  const green = sampleDraft("green");
  for (const wrong of [
    { reasons: ["unread" as const] },
    { bound: { ...green.bound, reached: false } },
    { findings: sampleDraft("red").findings },
    { verdict: "red" as const, reasons: ["listed-file" as const] },
    { coverage: { ...green.coverage, bytesRead: green.coverage.bytesTotal + 1 } },
    { filter: green.filter.map((one) => ({ ...one, category: "practice" as const })) },
    { notices: [{ code: "consent" as const, values: {} }] },
  ]) {
    await assert.rejects(evidence.finish({ ...green, ...wrong }), RangeError, JSON.stringify(wrong));
  }
  await evidence.finish(green);
  evidence.close();
});

test("openEvidence() says what is in the way: no room, no rights", async () => {
  const full = sampleFolder();
  if (existsSync("/dev/full")) {
    symlinkSync("/dev/full", join(full, "journal.jsonl"));
    await assert.rejects(openEvidence(full, sampleOptions(officer)), fault("evidence/no-space"));
  }
  const file = join(sampleFolder(), "a-file");
  writeFileSync(file, "");
  await assert.rejects(openEvidence(file, sampleOptions(officer)), fault("evidence/rights"));
  await assert.rejects(openEvidence(join(file, "below"), sampleOptions(officer)), fault("evidence/rights"));
});
