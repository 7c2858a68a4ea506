// Leads by likeness in a report: what it says of them in every form, and what it refuses to say.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { openEvidence } from "./evidence.node.ts";
import type { PaperSource } from "./page-parts.ts";
import { readReport } from "./read-report.ts";
import { reportPaper } from "./report-pdf.node.ts";
import type { Alikeness, Finding, LikenessRecord, ReportDraft } from "./report-record.ts";
import {
  type SampleOfficer,
  sampleDraft,
  sampleFinding,
  sampleFolder,
  sampleOfficer,
  sampleOptions,
} from "./sample-examination.node.ts";
import { verifyReport } from "./verify-report.node.ts";

let officer: SampleOfficer;
before(async () => {
  officer = await sampleOfficer();
});

const PICTURE: Alikeness = {
  ...{ distanceBits: 9, thresholdBits: 31, quality: 97, position: "rotate90", entry: 4711, part: "whole" },
};
const VIDEO: Alikeness = {
  ...{ ...PICTURE, position: "none", part: "video", percent: 86 },
  spans: [{ fromMs: 65_000, toMs: 3_725_000 }],
};
const RECORD: LikenessRecord = {
  ...{ filesTotal: 900, filesOpened: 800, compared: 700, undecoded: 2, ended: "time", series: 1, seriesFiles: 5 },
  undecodedFirst: [{ place: "sdb/1/broken.jpg", why: "not-decoded" }],
  seriesFirst: [{ place: "sdb/1/one of five.jpg", files: 5 }],
};

function lead(likeness: Alikeness, changes: Partial<Finding> = {}): Finding {
  const none = { phase: null, blocks: 0, distinctBlocks: 0, confirmed: false };
  return sampleFinding({ kind: "likeness", weight: "amber", ...none, likeness, ...changes });
}

async function finished(draft: ReportDraft) {
  const dir = sampleFolder();
  const evidence = await openEvidence(dir, sampleOptions(officer));
  try {
    const { report, digest, words, digits } = await evidence.finish(draft);
    const journal: PaperSource["journal"] = { rows: [], counts: { hits: 0, unread: 0, checkpoints: 0 } };
    const source: PaperSource = { report, digest, words, digits, journal };
    return { dir, source };
  } finally {
    evidence.close();
  }
}

const squeezed = (text: string): string => text.replace(/[\s\u00A0\u200B]/g, "");

test("a report with leads is read back, holds, and says in every form how like, in what position, when and how sure", async () => {
  const agreed: Alikeness = { ...PICTURE, confirmedBy: 1, agrees: "whole-file" };
  const findings = [
    ...[lead(PICTURE), lead({ ...VIDEO, confirmedBy: 0 }), lead({ ...PICTURE, confirmedBy: 3 })],
    lead(agreed, { weight: "red" }),
  ];
  const draft = sampleDraft("red", { reasons: ["likeness-agreed"], findings, likeness: RECORD });
  const { dir, source } = await finished(draft);
  const { report } = source;
  assert.deepEqual(readReport(readFileSync(join(dir, "report.json"))).findings, report.findings);
  assert.deepEqual(report.likeness, RECORD);
  const nowMs = Date.parse("2026-11-23T00:00:00.000Z");
  const { outcome } = await verifyReport(dir, { trust: [officer.agency.publicKey], nowMs });
  assert.equal(outcome, "verified");
  const html = readFileSync(join(dir, "report.html"), "utf8")
    .replace(/<[^>]*>/g, "")
    .replaceAll("&nbsp;", " ");
  const paper = (await reportPaper(source, ["km", "en"])).lines.map((page) => page.join(" ")).join(" ");
  for (const text of [html, paper]) {
    for (const said of [
      "entry 4,711 of the list: 9 of 256 bits differ (at most 31), quality 97; turned by 90°; a lead, not a proof",
      "86 % of it",
      "turned by 90°; 3 officers have confirmed this entry; a lead, not a proof",
      "nobody has confirmed this entry; a lead, not a proof",
      "1 officer has confirmed this entry; the same file is on the list whole",
      "មន្ត្រី ៣ នាក់បានបញ្ជាក់ធាតុនេះ",
      "the same file is on the list whole",
      "one of five.jpg",
      "damaged, or not to be decoded",
      "បានបង្វិល ៩០°",
      "ជាតម្រុយ មិនមែនភស្តុតាង",
    ]) {
      assert.ok(squeezed(text).includes(squeezed(said)), said);
    }
    assert.match(squeezed(text).replace(/[\u2066-\u2069]/g, ""), /from1:05to1:02:05/);
  }
});

const WRONG: Record<string, ReportDraft> = {
  "red by likeness alone": sampleDraft("red", {
    ...{ reasons: ["likeness-agreed"], findings: [lead(PICTURE, { weight: "red" })] },
  }),
  "red with nothing that is red": sampleDraft("red", {
    ...{ reasons: ["likeness-agreed"], findings: [lead({ ...PICTURE, agrees: "blocks" })] },
  }),
  "a lead that is confirmed": sampleDraft("amber", { findings: [lead(PICTURE, { confirmed: true })] }),
  "a lead that does not say how like": sampleDraft("amber", { findings: [sampleFinding({ kind: "likeness" })] }),
  "blocks that are like something": sampleDraft("red", { findings: [sampleFinding({ likeness: PICTURE })] }),
  "green with a lead": sampleDraft("green", { findings: [lead(PICTURE)] }),
};
for (const [name, draft] of Object.entries(WRONG)) {
  test(`finish() refuses ${name}`, async () => {
    await assert.rejects(finished(draft), RangeError);
  });
}
