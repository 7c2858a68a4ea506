import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { SignedReport } from "#examination/evidence";
import { verifyReport } from "#examination/evidence/node";
import { pdqOf } from "#examination/likeness";
import { bmp, drawing, mirrored, SIDE } from "./drawing-lab.ts";
import { type Lab, landscape, noise, openLab, reportIn, runInLab } from "./triage-lab.node.ts";

const known = drawing("known");
const hash = pdqOf({ width: SIDE, height: SIDE, channels: 1, pixels: known }).hash;
let lab: Lab;
let list: string;
let second: string;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  list = await lab.filter("first", { blocks: [noise("block", 4096)], known: hash });
  second = await lab.filter("second", { blocks: [noise("other", 4096)], known: hash });
});
after(() => lab.remove());

function folder(name: string, files: Record<string, Uint8Array>): string {
  const path = lab.path(name);
  mkdirSync(path);
  for (const [file, bytes] of Object.entries(files)) writeFileSync(join(path, file), bytes);
  return path;
}

const brighter = bmp(known.map((shade) => Math.min(255, shade + 7)));
const codes = ({ notices }: SignedReport): string[] => notices.map(({ code }) => code);

test("examine of a folder: a picture that is like a listed one alone is amber, with what it is worth", async () => {
  const other = drawing("other");
  const files = {
    "b.bmp": bmp(mirrored(known)),
    "other.bmp": bmp(other),
    "again.bmp": bmp(other.map((shade) => Math.min(255, shade + 5))),
    "cut.jpg": Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 1, 2, 3),
    "letter.txt": landscape(9000),
  };
  const source = folder("alone", files);
  const { code, out } = await runInLab(lab, { source, filters: [list], out: lab.path("alone-out") });
  const report = reportIn(lab.path("alone-out"));
  assert.deepEqual([code, report.verdict, report.reasons], [30, "amber", ["likeness"]]);
  const [finding, ...others] = report.findings;
  assert.deepEqual(others, []);
  assert.match(finding?.place ?? "", /b\.bmp$/);
  const alike = finding?.likeness;
  assert.ok(alike !== undefined && alike.distanceBits <= 31);
  assert.deepEqual(
    [finding?.kind, finding?.set, finding?.release, finding?.confirmed],
    ["likeness", "first", "lab-1", false],
  );
  assert.deepEqual([alike.thresholdBits, alike.position, alike.entry, alike.part], [31, "mirror", 0, "whole"]);
  assert.deepEqual(report.notices.find(({ code }) => code === "likeness-looked")?.values, { looked: 5, total: 5 });
  assert.deepEqual(report.notices.find(({ code }) => code === "likeness-undecoded")?.values, { count: 1 });
  assert.deepEqual(report.notices.find(({ code }) => code === "likeness-series")?.values, { files: 2, series: 1 });
  assert.match(out.join("\n"), /a lead/);
  assert.match(readFileSync(join(lab.path("alone-out"), "report.html"), "utf8"), /of 256 bits differ/);
  assert.equal(
    (await verifyReport(lab.path("alone-out"), { trust: [lab.trust], nowMs: Date.now() })).outcome,
    "verified",
  );
});

test("examine of a folder: leads of two different lists for one file make red", async () => {
  const source = folder("two", { "a.bmp": brighter });
  const { code } = await runInLab(lab, { source, filters: [list, second], out: lab.path("two-out") });
  const { reasons, findings } = reportIn(lab.path("two-out"));
  assert.deepEqual([code, reasons], [20, ["likeness-agreed"]]);
  assert.deepEqual(
    findings.map(({ set, weight }) => [set, weight]),
    [
      ["first", "red"],
      ["second", "red"],
    ],
  );
});

test("examine says where likeness was not compared, and nothing of it where no list asks for it", async () => {
  const source = lab.image("disk.dd", landscape(1 << 20));
  await runInLab(lab, { source, filters: [list], out: lab.path("disk-out") });
  assert.ok(codes(reportIn(lab.path("disk-out"))).includes("likeness-not-compared"));
  const plain = await lab.filter("plain", { blocks: [noise("block", 4096)] });
  const quiet = folder("plain-files", { "a.bmp": brighter });
  await runInLab(lab, { source: quiet, filters: [plain], out: lab.path("plain-out") });
  const report = reportIn(lab.path("plain-out"));
  assert.equal(report.verdict, "green");
  assert.deepEqual(
    codes(report).filter((code) => code.startsWith("likeness")),
    [],
  );
});
