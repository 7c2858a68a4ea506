import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Fault } from "#base/faults";
import { verifyReport } from "#examination/evidence/node";
import { examination } from "./examination.node.ts";
import type { ExaminationSetup } from "./examination-setup.node.ts";
import { startUp } from "./start-up.node.ts";
import { blocksOf, type Lab, labRequest, landscape, noise, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

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

test("examine finds listed blocks in an image, confirms them and leaves the image as it was", async () => {
  const at = 37 * BLOCK + 3 * 512;
  const source = lab.image("red.dd", landscape(9 * MIB), { [at]: listed.subarray(0, 10 * BLOCK) });
  const digest = createHash("sha256").update(readFileSync(source)).digest("hex");
  const { code, out } = await runInLab(lab, { source, filters: [list], out: lab.path("red") });
  const report = reportIn(lab.path("red"));
  assert.equal(code, 20);
  assert.match(out.join("\n"), /^RED/);
  assert.deepEqual(
    report.findings.map(({ offsetBytes, blocks, phase, confirmed, weight }) => [
      offsetBytes,
      blocks,
      phase,
      confirmed,
      weight,
    ]),
    [[at, 10, 3, true, "red"]],
  );
  assert.equal(createHash("sha256").update(readFileSync(source)).digest("hex"), digest);
  assert.equal((await verifyReport(lab.path("red"), { trust: [lab.trust], nowMs: Date.now() })).outcome, "verified");
});

test("examine is green where nothing is listed and all was read", async () => {
  const source = lab.image("green.dd", landscape(6 * MIB + 700));
  const { code } = await runInLab(lab, { source, filters: [list], out: lab.path("green") });
  const { verdict, coverage, bound } = reportIn(lab.path("green"));
  assert.deepEqual([code, verdict, coverage.fraction, bound.reached], [0, "green", 1, true]);
});

test("examine in Khmer with --json prints the report alone", async () => {
  const source = lab.image("km.dd", landscape(MIB));
  const { out } = await runInLab(lab, {
    source,
    filters: [list],
    out: lab.path("km"),
    options: { json: true },
    language: "km",
  });
  assert.equal(out.length, 1);
  assert.equal(JSON.parse(out[0] ?? "").verdict, "green");
});

test("examine with a practice list says PRACTICE", async () => {
  const source = lab.image("practice.dd", landscape(MIB));
  const { out } = await runInLab(lab, { source, filters: [practiceList, list], out: lab.path("practice") });
  assert.match(out[0] ?? "", /PRACTICE/);
  assert.equal(reportIn(lab.path("practice")).practice, true);
  assert.equal(reportIn(lab.path("practice")).filter.length, 2);
});

test("examine of a folder probes, then reads hit files whole, then all; links are not followed", async () => {
  const folder = lab.path("folder");
  mkdirSync(`${folder}/deep/er`, { recursive: true });
  writeFileSync(`${folder}/deep/er/copy.bin`, listed);
  writeFileSync(`${folder}/small.bin`, noise("file", 3000));
  writeFileSync(`${folder}/other.bin`, landscape(5 * MIB));
  const inside = landscape(MIB);
  inside.set(listed.subarray(0, 5 * BLOCK), 1001 * 512);
  writeFileSync(`${folder}/archive.bin`, inside);
  writeFileSync(`${folder}/empty`, "");
  symlinkSync("/etc", `${folder}/link`);
  const { code } = await runInLab(lab, { source: folder, filters: [list], out: lab.path("folder-ev") });
  const { findings, coverage, notices } = reportIn(lab.path("folder-ev"));
  assert.equal(code, 20);
  assert.deepEqual(
    findings.map(({ place, kind, offsetBytes, blocks }) => [place, kind, offsetBytes, blocks]),
    [
      ["folder/archive.bin", "blocks", 512_512, 5],
      ["folder/deep/er/copy.bin", "blocks", 0, 64],
      ["folder/small.bin", "whole-file", 0, 0],
    ],
  );
  assert.deepEqual([coverage.filesTotal, coverage.filesProbed, coverage.filesRead, coverage.fraction], [5, 5, 5, 1]);
  assert.ok(notices.some(({ code: said }) => said === "symlinks-not-followed"));
});

test("examine --quick of a folder stops after probes and digests", async () => {
  const { code } = await runInLab(lab, {
    ...{ source: lab.path("folder"), filters: [list], out: lab.path("quick-ev") },
    options: { quick: true },
  });
  const { findings, coverage } = reportIn(lab.path("quick-ev"));
  assert.equal(code, 20);
  assert.deepEqual(
    findings.map(({ place }) => place),
    ["folder/deep/er/copy.bin", "folder/small.bin"],
  );
  assert.ok(coverage.fraction < 0.5);
});

test("examine refuses in order, and writes nothing", async () => {
  const asked = { source: lab.path("nowhere"), filters: [lab.path("no.phumf")], out: lab.path("never") };
  const code = (expected: string) => (error: unknown) => error instanceof Fault && error.code === expected;
  const bad = { identity: lab.path("passphrase"), quick: true, full: true } as const;
  await assert.rejects(runInLab(lab, { ...asked, options: { ...bad } }), code("triage/usage-quick-or-full"));
  await assert.rejects(
    runInLab(lab, { ...asked, options: { identity: lab.path("no.key") } }),
    code("identity/missing"),
  );
  await assert.rejects(
    runInLab(lab, { ...asked, options: { certificate: lab.path("no.cert") } }),
    code("identity/missing"),
  );
  await assert.rejects(runInLab(lab, asked), code("filter/missing"));
  const past = { "stated-time": "2001-01-01T00:00Z" };
  await assert.rejects(runInLab(lab, { ...asked, filters: [list], options: past }), code("clock/stated-behind"));
  await assert.rejects(runInLab(lab, { ...asked, filters: [list] }), code("source/missing"));
  assert.ok(!existsSync(lab.path("never")));
});

test("examination without the memory for its lists says how much is missing", async () => {
  const source = lab.image("memory.dd", landscape(MIB));
  const { request } = labRequest(lab, { source, filters: [list], out: lab.path("memory") });
  const setup: ExaminationSetup = { ...(await startUp(request)), live: () => undefined, engineMemoryBytes: 1000 };
  await assert.rejects(examination(setup), (error) => error instanceof Fault && error.code === "triage/memory");
  setup.evidence.close();
});
