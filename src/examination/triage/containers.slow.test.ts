// Examining images in containers: the disk inside is read, what the container lacks is unread, and what is refused is amber.
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { after, before, test } from "node:test";
import { seededRandom } from "#base/values";
import { verifyReport } from "#examination/evidence/node";
import { logicalImageOf, writeEwf } from "#examination/images/node";
import { blocksOf, type Lab, landscape, noise, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

const MIB = 1 << 20;
const BLOCK = 4096;
const BYTES = 6 * MIB + 3 * 512;
const listed = noise("containers", 64 * BLOCK);
const planted = { [1 * MIB + 512]: listed.subarray(0, 8 * BLOCK), [5 * MIB]: listed.subarray(20 * BLOCK, 40 * BLOCK) };
let lab: Lab;
let list: string;
let raw: string;
let segments: string[];

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  list = await lab.filter("list", { blocks: blocksOf(listed) });
  raw = lab.image("disk.dd", landscape(BYTES), planted);
  segments = ewf("disk", { level: 1 });
});
after(() => lab.remove());

/** The raw disk as E01, in segments of 1 MiB or, deflated, less. @returns their paths. */
function ewf(stem: string, { level, bad = [] }: { level: number; bad?: { first: number; count: number }[] }): string[] {
  const bytes = readFileSync(raw);
  const readSync = (view: Uint8Array, at: number): number => bytes.copy(view, 0, at, at + view.length);
  const paths: string[] = [];
  const wishes = { stem, media: { sizeBytes: BYTES, readSync }, chunkSectors: 64, level, badSectors: bad };
  writeEwf({ ...wishes, segmentBytes: level === 0 ? MIB : MIB / 2 }, (name, part) => {
    paths.push(lab.path(name));
    writeFileSync(lab.path(name), part);
  });
  return paths;
}

async function examined(source: string, out: string, options: Record<string, string | true> = {}) {
  const { code, err } = await runInLab(lab, {
    ...{ source, filters: [list], out: lab.path(out) },
    options: { seed: "one", ...options },
  });
  return { code, err, report: reportIn(lab.path(out)) };
}

function runsOf({ findings }: ReturnType<typeof reportIn>): unknown[] {
  return findings.map(({ offsetBytes, blocks, phase, weight }) => [offsetBytes, blocks, phase, weight]);
}

test("examine of an E01 in several segments finds what it finds in the raw disk; the plan of one repeats the other", async () => {
  assert.ok(segments.length > 3);
  const plain = await examined(raw, "raw");
  const packed = await examined(segments[0] ?? "", "ewf");
  assert.deepEqual([plain.code, packed.code], [20, 20]);
  assert.deepEqual(runsOf(packed.report), runsOf(plain.report));
  assert.deepEqual(packed.report.coverage, plain.report.coverage);
  assert.deepEqual(packed.report.source.sizeBytes, BYTES);
  assert.equal(packed.report.source.segments, segments.length);
  assert.ok(packed.report.notices.some(({ code }) => code === "image-container"));
  const { seed: _, ...repeat } = { seed: "", plan: lab.path("raw/report.json") };
  const { code } = await runInLab(lab, {
    ...{ source: segments[1] ?? "", filters: [list], out: lab.path("repeat") },
    options: repeat,
  });
  assert.equal(code, 20);
  assert.deepEqual(runsOf(reportIn(lab.path("repeat"))), runsOf(plain.report));
  const { outcome } = await verifyReport(lab.path("repeat"), { trust: [lab.trust], nowMs: Date.now() });
  assert.equal(outcome, "verified");
});

test("examine of an E01 is alike with 1, 2 and 4 workers", async () => {
  const reports = [];
  for (const workers of ["1", "2", "4"]) {
    const { report } = await examined(segments[0] ?? "", `workers${workers}`, { workers });
    reports.push(JSON.stringify([report.findings, report.coverage, report.unread, report.bound]));
  }
  assert.equal(new Set(reports).size, 1);
});

test("a missing segment, a bad chunk and the acquisition's own errors are unread ranges, each with its notice", async () => {
  mkdirSync(lab.path("gap"));
  for (const path of segments) copyFileSync(path, lab.path(`gap/${basename(path)}`));
  rmSync(lab.path(`gap/${basename(segments[2] ?? "")}`));
  const gap = await examined(lab.path("gap/disk.E01"), "gap-ev");
  assert.ok(gap.report.coverage.bytesUnread > 32_768);
  assert.ok(gap.report.reasons.includes("unread"));
  assert.deepEqual(
    gap.report.notices.filter(({ code }) => code === "segments-missing").map(({ values }) => values),
    [{ first: 3 }],
  );
  assert.match(gap.err.join("\n"), /Segments 3 are missing/);
  const [, second = ""] = ewf("chunk", { level: 0 });
  const bytes = readFileSync(second);
  bytes[MIB / 2] = (bytes[MIB / 2] ?? 0) ^ 1;
  writeFileSync(second, bytes);
  const chunk = await examined(second, "chunk-ev");
  assert.deepEqual(
    chunk.report.unread.map(({ lengthBytes, why }) => [lengthBytes, why]),
    [[32_768, "input-error"]],
  );
  const [bad = ""] = ewf("bad", { level: 1, bad: [{ first: 1000, count: 3 }] });
  const told = await examined(bad, "bad-ev");
  assert.deepEqual(
    told.report.unread.map(({ offsetBytes, lengthBytes }) => [offsetBytes, lengthBytes]),
    [[512_000, 1536]],
  );
  assert.ok(
    told.report.notices.some(({ code, values }) => code === "acquisition-errors" && values["lostBytes"] === 1536),
  );
  assert.equal(told.report.findings.length, 2);
});

test("a container that is not read is amber, by its name, and never an empty disk", async () => {
  const ex01 = lab.image("other.Ex01", new Uint8Array(20_000), { 0: Buffer.from("EVF2\r\n\x81\0", "latin1") });
  const child = lab.image("child.qcow2", new Uint8Array(70_000), { 0: Buffer.from("QFI\xfb\0\0\0\x09", "latin1") });
  for (const [source, name] of [
    [ex01, /^EWF \(Ex01\) \(ex01\)$/],
    [child, /^QCOW \(/],
  ] as const) {
    const out = `${basename(source)}-ev`;
    const { code, report } = await examined(source, out);
    assert.deepEqual([code, report.verdict, report.reasons], [30, "amber", ["not-examinable"]]);
    const [fact] = report.facts ?? [];
    assert.match(fact?.name ?? "", name);
    assert.ok(report.source.sizeBytes > 0 && report.coverage.bytesRead === 0);
    assert.equal((await verifyReport(lab.path(out), { trust: [lab.trust], nowMs: Date.now() })).outcome, "verified");
  }
});

test("a packed file is read as it stands, and never green: its kind is the reason", async () => {
  const tape = Buffer.alloc(MIB, 7);
  tape.write("ustar", 257);
  const nothing = lab.image("nothing.zip", landscape(MIB), { 0: Buffer.from("PK\x03\x04") });
  const something = lab.image("something.tar", tape, { [512 * 1024]: listed.subarray(0, 8 * BLOCK) });
  for (const [source, code, reasons, name] of [
    [nothing, 30, ["not-examinable"], "zip"],
    [something, 20, ["listed-blocks", "not-examinable"], "tar"],
  ] as const) {
    const { code: ended, report } = await examined(source, `${name}-ev`);
    assert.deepEqual([ended, report.reasons.toSorted(), report.facts?.[0]?.name], [code, reasons, name]);
    assert.equal(report.coverage.bytesRead, report.source.sizeBytes);
  }
});

test("examine of a logical image reads its files like those of a folder: blocks at their own offsets, whole files, places as chains", async () => {
  const small = Buffer.from("a file smaller than any block, and on the list by its digest: ".repeat(20));
  const digests = await lab.filter("whole", { blocks: [], files: [small] });
  const other = Buffer.concat([landscape(1 * MIB), listed.subarray(4 * BLOCK, 40 * BLOCK), landscape(9000)]);
  const files = { "plain.txt": landscape(20_000), "film.bin": other, "small.txt": small };
  const source = lab.image("phone.ad1", logicalImageOf(files));
  const out = lab.path("logical");
  const { code } = await runInLab(lab, { source, filters: [list, digests], out, options: { seed: "one" } });
  const { verdict, findings, coverage, notices, unread } = reportIn(out);
  assert.deepEqual([code, verdict, unread], [20, "red", []]);
  assert.deepEqual(
    findings.map(({ place, kind, offsetBytes, blocks, weight }) => [place, kind, offsetBytes, blocks, weight]),
    [
      ["phone.ad1/files/folder/film.bin", "blocks", 1 * MIB, 36, "red"],
      ["phone.ad1/files/folder/small.txt", "whole-file", 0, 0, "red"],
    ],
  );
  assert.deepEqual([coverage.filesTotal, coverage.filesRead], [3, 3]);
  assert.ok(notices.some(({ code: one, values }) => one === "image-container" && /AD1/.test(String(values["format"]))));
  assert.equal((await verifyReport(out, { trust: [lab.trust], nowMs: Date.now() })).outcome, "verified");
  const empty = lab.image("clear.ad1", logicalImageOf({ "plain.txt": landscape(20_000), "b.txt": landscape(40_000) }));
  assert.equal((await examined(empty, "clear")).report.verdict, "green");
  const broken = logicalImageOf(files);
  const cut = lab.image("cut.ad1", broken.subarray(0, broken.length - 30_000));
  assert.equal((await examined(cut, "cut-ev")).report.verdict !== "green", true);
});

test("an examination of an E01 that was stopped goes on with --resume, and ends as if it had not been", async () => {
  const stop = new AbortController();
  const asked = { source: segments[0] ?? "", filters: [list], out: lab.path("stopped") };
  const options = { seed: "one", workers: "1" };
  setTimeout(() => stop.abort(), 700);
  await runInLab(lab, { ...asked, options, signal: stop.signal });
  const again = await runInLab(lab, { ...asked, options: { ...options, resume: true } }).catch((error) => error.code);
  const straight = await examined(segments[0] ?? "", "straight");
  // It may have been done before it was stopped: then there is nothing to go on with.
  if (again !== "evidence/used") assert.deepEqual(runsOf(reportIn(asked.out)), runsOf(straight.report));
});

test("examine of 8 mutated containers ends with a report or a refusal, never a crash", async (t) => {
  const seed = process.env["PHUM_SEED"] ?? String(Date.now());
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const [first = "", ...others] = segments;
  for (let i = 0; i < 8; i++) {
    mkdirSync(lab.path(`m${i}`));
    for (const path of others) copyFileSync(path, lab.path(`m${i}/${basename(path)}`));
    const bytes = readFileSync(first);
    for (let n = 0; n < 60; n++) bytes[13 + random.below(i % 2 === 0 ? 2500 : bytes.length - 13)] = random.below(256);
    writeFileSync(lab.path(`m${i}/disk.E01`), bytes);
    const { code, report } = await examined(lab.path(`m${i}/disk.E01`), `m${i}-ev`);
    assert.ok([20, 30].includes(code), `case ${i}: ${code}`);
    assert.ok(report.source.sizeBytes > 0);
  }
});
