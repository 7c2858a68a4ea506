// Comparing a folder's pictures by likeness: what is amber, what is red, and what the report says of it.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { concatBytes, toHex } from "#base/values";
import type { SignedReport } from "#examination/evidence";
import { verifyReport } from "#examination/evidence/node";
import { pdqOf } from "#examination/likeness";
import { bmp, drawing, jpeg, mirrored, SIDE } from "./drawing-lab.node.ts";
import type { LiveFacts } from "./pace.ts";
import { type Lab, landscape, noise, openLab, reportIn, runFailing, runInLab } from "./triage-lab.node.ts";

const known = drawing("known");
const hashOf = (pixels: Uint8Array): Uint8Array => pdqOf({ width: SIDE, height: SIDE, channels: 1, pixels }).hash;
const brighter = bmp(known.map((shade) => Math.min(255, shade + 7)));
let lab: Lab;
let list: string;
let second: string;

before(async () => {
  lab = await openLab();
  process.env["XDG_STATE_HOME"] = lab.path("state");
  const benign = hashOf(drawing("harmless"));
  const hashes = concatBytes(hashOf(drawing("first")), hashOf(known), benign);
  list = await lab.filter("first", { blocks: [noise("block", 4096)], known: hashes, benign });
  second = await lab.filter("second", { blocks: [noise("other", 4096)], known: hashOf(known) });
});
after(() => lab.remove());

function folder(name: string, files: Record<string, Uint8Array>): string {
  const path = lab.path(name);
  for (const [file, bytes] of Object.entries(files)) {
    mkdirSync(join(path, file, ".."), { recursive: true });
    writeFileSync(join(path, file), bytes);
  }
  return path;
}

async function examined(source: string, out: string, { filters = [list], workers = "2" } = {}) {
  const options = { workers };
  const { code, out: printed } = await runInLab(lab, { source, filters, out: lab.path(out), options });
  return { code, printed: printed.join("\n"), report: reportIn(lab.path(out)) };
}

const alike = ({ findings }: SignedReport): unknown[] =>
  findings.map(({ place, weight, likeness: { position, entry } = {} }) => [place, weight, position, entry]);

async function pictures(): Promise<Record<string, Uint8Array>> {
  const other = drawing("other");
  const large = new Uint8Array(5000);
  large.set([0xff, 0xd8, 0xff, 0xe0]);
  return {
    "DCIM/saved again.jpg": await jpeg(known, { quality: 40 }),
    "DCIM/larger.jpg": await jpeg(known, { side: 700 }),
    "DCIM/turned.jpg": await jpeg(known, { turn: 90 }),
    "cache/f_0001": bmp(mirrored(known)),
    "DCIM/harmless.jpg": await jpeg(drawing("harmless")),
    "DCIM/other.jpg": await jpeg(other),
    "DCIM/again.jpg": await jpeg(other, { side: 300, quality: 60 }),
    "DCIM/flat.bmp": bmp(new Uint8Array(SIDE * SIDE).fill(90)),
    "DCIM/cut.jpg": Uint8Array.of(...large.subarray(0, 40)),
    "DCIM/large.jpg": large,
    "letter.txt": landscape(9000),
    "drawing.svg": new TextEncoder().encode(
      "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>".padEnd(200),
    ),
  };
}

test("examine of a folder: changed copies alone are amber, each with what it is worth; alike with 1 and 2 workers", async () => {
  const source = folder("alone", await pictures());
  truncateSync(join(source, "DCIM/large.jpg"), 200 * 2 ** 20);
  const { code, printed, report } = await examined(source, "alone-1", { workers: "1" });
  assert.deepEqual([code, report.verdict, report.reasons], [30, "amber", ["likeness"]]);
  assert.deepEqual(alike(report), [
    ["alone/DCIM/larger.jpg", "amber", "none", 1],
    ["alone/DCIM/saved again.jpg", "amber", "none", 1],
    ["alone/DCIM/turned.jpg", "amber", "rotate90", 1],
    ["alone/cache/f_0001", "amber", "mirror", 1],
  ]);
  for (const { set, release, confirmed, kind, likeness } of report.findings) {
    assert.deepEqual([set, release, confirmed, kind], ["first", "lab-1", false, "likeness"]);
    assert.ok(likeness !== undefined && likeness.distanceBits <= 31 && likeness.quality >= 50);
    assert.deepEqual([likeness.thresholdBits, likeness.part, likeness.agrees], [31, "whole", undefined]);
  }
  assert.deepEqual(report.likeness, {
    ...{ filesTotal: 12, filesOpened: 12, compared: 8, undecoded: 2, ended: "all", series: 1, seriesFiles: 2 },
    undecodedFirst: [
      { place: "alone/DCIM/cut.jpg", why: "not-decoded" },
      { place: "alone/DCIM/large.jpg", why: "too-large" },
    ],
    seriesFirst: [{ place: "alone/DCIM/again.jpg", files: 2 }],
  });
  assert.match(printed, /a lead, not a proof/);
  assert.match(printed, /compared with the list by likeness: 8 of 10\./);
  const { report: two } = await examined(source, "alone-2");
  assert.deepEqual([two.findings, two.likeness], [report.findings, report.likeness]);
});

test("the report in its forms says distance, threshold, quality, position and entry, and holds no picture or fingerprint", async () => {
  const out = lab.path("alone-1");
  const page = readFileSync(join(out, "report.html"), "utf8");
  for (const said of [/of 256 bits differ \(at most 31\), quality \d+/, /turned by 90°/, /left and right exchanged/]) {
    assert.match(page, said);
  }
  for (const said of [/ខុសគ្នា/, /ជាតម្រុយ/, /បានបង្វិល ៩០°/, /damaged, or not to be decoded/, /again\.jpg/])
    assert.match(page, said);
  const { outcome } = await verifyReport(out, { trust: [lab.trust], nowMs: Date.now() });
  assert.equal(outcome, "verified");
  const secrets = [hashOf(known), hashOf(drawing("other"))].map(toHex);
  for (const name of readdirSync(out)) {
    const bytes = readFileSync(join(out, name));
    assert.ok(
      secrets.every((hash) => !bytes.includes(hash)),
      name,
    );
    assert.equal(bytes.includes(Uint8Array.of(0xff, 0xd8, 0xff)) && !name.endsWith(".pdf"), false, name);
  }
  const journal = readFileSync(join(out, "journal.jsonl"), "utf8");
  assert.match(journal, /likeness-opened.*"name":"first","release":"lab-1"/);
  const log = readFileSync(join(lab.path("state"), "phum/openings.jsonl"), "utf8");
  assert.ok(log.includes(reportIn(out).filter[0]?.digest ?? "-"));
});

test("examine of a folder: a second proof in the same file makes red, and is named", async () => {
  const source = folder("two", { "a.bmp": brighter, "b.bmp": bmp(mirrored(known)) });
  const both = await examined(source, "two-lists", { filters: [list, second] });
  assert.deepEqual([both.code, both.report.reasons], [20, ["likeness-agreed"]]);
  assert.deepEqual(
    both.report.findings.map(({ place, set, weight, likeness }) => [place, set, weight, likeness?.agrees]),
    ["a", "b"].flatMap((name) => ["first", "second"].map((set) => [`two/${name}.bmp`, set, "red", "likeness"])),
  );
  assert.match(readFileSync(join(lab.path("two-lists"), "report.html"), "utf8"), /another list agrees/);
  const whole = await lab.filter("whole", { blocks: [noise("third", 4096)], files: [brighter] });
  const { report } = await examined(source, "two-whole", { filters: [second, whole] });
  assert.deepEqual(
    report.findings.map(({ place, kind, weight, likeness }) => [place, kind, weight, likeness?.agrees]),
    [
      ["two/a.bmp", "likeness", "red", "whole-file"],
      ["two/a.bmp", "whole-file", "red", undefined],
      ["two/b.bmp", "likeness", "amber", undefined],
    ],
  );
  const related = await lab.filter("third", {
    blocks: [noise("fourth", 4096)],
    known: hashOf(known),
    category: "related",
  });
  assert.deepEqual((await examined(source, "two-related", { filters: [second, related] })).report.verdict, "amber");
});

test("examine says nothing of likeness where no list holds fingerprints", async () => {
  const plain = await lab.filter("plain", { blocks: [noise("block", 4096)] });
  const source = folder("plain-files", { "a.bmp": brighter });
  const { report } = await examined(source, "plain-out", { filters: [plain] });
  assert.deepEqual([report.verdict, report.likeness, report.findings], ["green", undefined, []]);
  assert.ok(report.notices.every(({ code }) => !code.startsWith("likeness")));
  assert.doesNotMatch(readFileSync(join(lab.path("plain-out"), "journal.jsonl"), "utf8"), /likeness/);
});

test("an entry that is like many unlike pictures counts for nothing, and is named", async () => {
  const files = Object.fromEntries(Array.from({ length: 22 }, (_, n) => [`${n}.bmp`, bmp(drawing(`common ${n}`))]));
  // By the set's own threshold everything is like everything.
  const wide = await lab.filter("wide", { blocks: [noise("wide", 4096)], known: hashOf(known), distanceBits: 200 });
  const { report } = await examined(folder("common", files), "common-out", { filters: [wide] });
  const [told] = report.notices.filter(({ code }) => code === "likeness-quarantined");
  assert.deepEqual(told?.values, { set: "wide", release: "lab-1", entry: 0 });
  assert.deepEqual([report.verdict, report.findings], ["green", []]);
});

test("progress tells while reading that comparing comes, then how far it is and how long it takes", async () => {
  const told: LiveFacts[] = [];
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`${n}.bmp`, bmp(drawing(`p${n}`))]));
  const source = folder("progress", files);
  const live = (facts: LiveFacts): void => void told.push(facts);
  await runFailing(lab, { source, filters: [list], out: lab.path("progress-out") }, { live });
  assert.equal(told[0]?.comparing, "after");
  const steps = told.flatMap(({ comparing }) => (typeof comparing === "object" ? [comparing] : []));
  assert.deepEqual(steps.at(-1), { done: 40, total: 40, secondsLeft: 0 });
  assert.ok(steps.every(({ total }) => total === 0 || total === 40)); // 0: they are listed

  assert.ok(steps.every(({ done }, i) => done >= (steps[i - 1]?.done ?? 0)));
});

test("stopped while it compares, the report says what was not looked into; --resume goes on", async () => {
  const source = lab.path("progress");
  const out = lab.path("stopped-out");
  const stop = new AbortController();
  const live = ({ comparing }: LiveFacts): void => {
    if (typeof comparing === "object" && comparing.done > 0) stop.abort();
  };
  await runFailing(lab, { source, filters: [list], out, signal: stop.signal }, { live });
  const { likeness, notices, verdict } = reportIn(out);
  // It may have been done with all of them between two looks.
  if (likeness?.ended === "stopped") {
    const rest = notices.find(({ code }) => code === "likeness-rest")?.values["files"];
    assert.equal(rest, 40 - likeness.filesOpened);
    assert.equal(verdict, "green");
    await runInLab(lab, { source, filters: [list], out, options: { resume: true } });
  }
  assert.deepEqual(reportIn(out).likeness, reportIn(lab.path("progress-out")).likeness);
});
