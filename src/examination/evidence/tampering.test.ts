import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { Fault } from "#base/faults";
import { canonicalText, fromHex, seededRandom, toHex } from "#base/values";
import { openEvidence } from "./evidence.node.ts";
import { reportDigest, sealBytes } from "./finish-report.node.ts";
import { readReport, reportFileBytes } from "./read-report.ts";
import type { SignedReport } from "./report-record.ts";
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

const NOW = { trust: [], nowMs: SAMPLE_START_MS + 86_400_000 };
let officer: SampleOfficer;
let finished: string;
let open: string;

async function examine(dir: string, finish: boolean): Promise<void> {
  const evidence = await openEvidence(dir, sampleOptions(officer));
  const random = seededRandom("tampering");
  for (let i = 0; i < 3; i++) {
    evidence.addRuns(sampleRuns(random, 10, i * 10));
    evidence.append("hits", { at: [i] });
    evidence.checkpoint({ done: i });
  }
  evidence.append("stopped", { why: "officer" });
  evidence.addRuns(sampleRuns(random, 3, 30));
  const annex = { recipients: [officer.agency.recipient], files: [] };
  if (finish) await evidence.finish(sampleDraft("red"), annex);
  evidence.close();
}

before(async () => {
  officer = await sampleOfficer();
  finished = sampleFolder();
  open = sampleFolder();
  await examine(finished, true);
  await examine(open, false);
});

/** A copy of the folder, without its lock. */
function copyOf(from: string): string {
  const dir = sampleFolder();
  for (const name of [
    "journal.jsonl",
    "runs.bin",
    "report.json",
    "report.html",
    "report.pdf",
    "annex.age",
    "state-3.json",
  ]) {
    try {
      cpSync(join(from, name), join(dir, name));
    } catch {
      // an open folder has fewer files
    }
  }
  return dir;
}

function faultOf(dir: string): Fault {
  try {
    const { outcome } = verifyReport(dir, NOW);
    assert.fail(`must not be ${outcome}`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    assert.match(error.code, /^(report\/(tampered|format)|evidence\/tampered|certificate\/\w+)$/);
    return error;
  }
}

function editLines(dir: string, edit: (lines: string[]) => string[]): void {
  const path = join(dir, "journal.jsonl");
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  writeFileSync(
    path,
    edit(lines)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

test("verifyReport() of a copy is verified: the folder carries everything itself", () => {
  assert.equal(verifyReport(copyOf(finished), NOW).outcome, "verified");
  assert.equal(verifyReport(copyOf(open), NOW).outcome, "interrupted");
});

for (const [name, edit, place] of [
  ["an entry removed", (lines) => lines.filter((_, i) => i !== 3), "journal.jsonl, 3"],
  ["the first entry removed", (lines) => lines.slice(1), "journal.jsonl, 0"],
  ["two entries exchanged", (lines) => [lines[1], lines[0], ...lines.slice(2)] as string[], "journal.jsonl, 0"],
  ["an entry doubled", (lines) => [...lines.slice(0, 3), lines[2], ...lines.slice(3)] as string[], "journal.jsonl, 3"],
  ["a value changed", (lines) => lines.map((line) => line.replace('"at":[1]', '"at":[7]')), "journal.jsonl, 3"],
  ["a space added", (lines) => lines.map((line, i) => (i === 4 ? line.replace(":", ": ") : line)), "journal.jsonl, 4"],
  ["an old checkpoint at the end", (lines) => [...lines, lines[2]] as string[], "journal.jsonl, 8"],
] as const satisfies [string, (lines: string[]) => string[], string][]) {
  test(`verifyReport() of an open journal with ${name} names entry ${place}`, () => {
    const dir = copyOf(open);
    editLines(dir, edit);
    const fault = faultOf(dir);
    assert.equal(fault.code, "evidence/tampered");
    assert.equal(fault.values["place"], place);
  });
}

test("verifyReport() of a finished journal cut short, at every entry, is tampering", () => {
  const count = readFileSync(join(finished, "journal.jsonl"), "utf8").trimEnd().split("\n").length;
  for (let keep = 0; keep < count; keep++) {
    const dir = copyOf(finished);
    editLines(dir, (lines) => lines.slice(0, keep));
    faultOf(dir);
  }
});

test("verifyReport() of a forged checkpoint: a rechained journal without the officer's key is tampering", async () => {
  const { chainedLine } = await import("./journal-line.node.ts");
  const dir = copyOf(open);
  editLines(dir, (lines) => {
    let previous = "0".repeat(64);
    return lines.map((text, n) => {
      const { at, kind, body } = JSON.parse(text.replace('"at":[1]', '"at":[7]')) as {
        at: string;
        kind: string;
        body: Record<string, unknown>;
      };
      const { entry, line } = chainedLine({ n, at, kind, body }, previous);
      previous = entry.hash;
      return new TextDecoder().decode(line).trimEnd();
    });
  });
  assert.equal(faultOf(dir).values["place"], "journal.jsonl, 4");
});

test("verifyReport() of runs.bin cut short, longer, or with any byte changed is tampering", () => {
  const size = readFileSync(join(finished, "runs.bin")).length;
  for (const bytes of [0, 63, 64, 640, size - 64, size - 1]) {
    const dir = copyOf(finished);
    truncateSync(join(dir, "runs.bin"), bytes);
    assert.equal(faultOf(dir).code, "evidence/tampered", `${bytes} bytes`);
  }
  const longer = copyOf(finished);
  writeFileSync(join(longer, "runs.bin"), Buffer.alloc(64), { flag: "a" });
  faultOf(longer);
  for (let at = 0; at < size; at += 37) {
    const dir = copyOf(finished);
    const bytes = readFileSync(join(dir, "runs.bin"));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(join(dir, "runs.bin"), bytes);
    faultOf(dir);
  }
  const missing = copyOf(finished);
  rmSync(join(missing, "runs.bin"));
  faultOf(missing);
});

test("openEvidence() resumed on runs.bin cut below the last checkpoint is tampering and changes nothing", async () => {
  const dir = copyOf(open);
  truncateSync(join(dir, "runs.bin"), 64 * 20);
  const resume = openEvidence(dir, sampleOptions(officer, { resume: true }));
  await assert.rejects(resume, (error) => error instanceof Fault && error.code === "evidence/tampered");
  assert.equal(readFileSync(join(dir, "runs.bin")).length, 64 * 20);
});

test("openEvidence() resumed with another state than was signed, or without a journal, is tampering", async () => {
  const changed = copyOf(open);
  writeFileSync(join(changed, "state-3.json"), '{"done":99}');
  const without = copyOf(open);
  rmSync(join(without, "journal.jsonl"));
  for (const dir of [changed, without]) {
    const resume = openEvidence(dir, sampleOptions(officer, { resume: true }));
    await assert.rejects(resume, (error) => error instanceof Fault && error.code === "evidence/tampered");
  }
});

test("verifyReport() of a changed page, annex or a missing one is tampering", () => {
  for (const name of ["report.html", "report.pdf", "annex.age"]) {
    const dir = copyOf(finished);
    writeFileSync(join(dir, name), " ", { flag: "a" });
    assert.equal(faultOf(dir).values["place"], name);
    rmSync(join(dir, name));
    faultOf(dir);
  }
});

/** The report of a copy, edited and written canonically; signed again with the officer's key where asked. */
function editReport(edit: (report: SignedReport) => void, resign: boolean): string {
  const dir = copyOf(finished);
  const path = join(dir, "report.json");
  const report = structuredClone(readReport(readFileSync(path)));
  edit(report);
  if (resign) {
    report.seal.digest = reportDigest(report);
    report.seal.signature = toHex(officer.identity.sign(sealBytes(report.seal)));
  }
  writeFileSync(path, reportFileBytes(report));
  return dir;
}

test("verifyReport() of a report edited without the key: the signature says so", () => {
  const fault = faultOf(editReport((report) => (report.exhibit = "other"), false));
  assert.equal(fault.values["place"], "report.json, digest");
  faultOf(editReport((report) => (report.seal.html = "0".repeat(64)), false));
  faultOf(editReport((report) => (report.seal.certificate = null), false));
  const forged = editReport((report) => {
    report.exhibit = "other";
    report.seal.digest = reportDigest(report);
  }, false);
  assert.equal(faultOf(forged).values["place"], "report.json, signature");
});

test("verifyReport() of a report signed again by its own officer: journal, runs and certificate contradict it", () => {
  const edits: ((report: SignedReport) => void)[] = [
    (report) => (report.exhibit = "other"),
    (report) => (report.basis = null),
    (report) => (report.journal.head = "0".repeat(64)),
    (report) => (report.journal.entries = 3),
    (report) => (report.reads.leaves = 32),
    (report) => (report.reads.root = "0".repeat(64)),
    (report) => (report.officer.name = "Someone else"),
    (report) => (report.officer.unit = "Another unit"),
    (report) => delete report.annex,
    (report) => (report.seal.certificate = null),
    (report) => (report.seal.certificate = { ...report.seal.certificate, name: "Someone else" }),
  ];
  for (const edit of edits) faultOf(editReport(edit, true));
});

test("readReport() accepts only the canonical bytes", () => {
  const path = join(finished, "report.json");
  const text = readFileSync(path, "utf8");
  const value = JSON.parse(text) as Record<string, unknown>;
  const others = [
    text.trimEnd(),
    `${text}\n`,
    ` ${text}`,
    `\ufeff${text}`,
    JSON.stringify(value, null, 1),
    text.replace('"basis"', '"basis":null,"basis"'),
    text.replace('"exhibit"', '"__proto__":{},"exhibit"'),
    `${canonicalText({ ...value, extra: 1 })}\n`,
  ];
  for (const other of others) {
    assert.throws(() => readReport(new TextEncoder().encode(other)), Fault, other.slice(0, 40));
  }
  const newer = `${canonicalText({ ...value, version: 2 })}\n`;
  assert.throws(
    () => readReport(new TextEncoder().encode(newer)),
    (error) => error instanceof Fault && error.code === "report/version",
  );
  assert.throws(() => readReport(fromHex("7b".repeat(100))), Fault);
  assert.throws(() => readReport(new TextEncoder().encode("[".repeat(1_000_000))), Fault);
});
