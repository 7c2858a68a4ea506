import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { paperReaders } from "#base/paper/node";
import { toHex } from "#base/values";
import { openEvidence } from "./evidence.node.ts";
import type { EvidenceOptions } from "./evidence-options.node.ts";
import { sealBytes } from "./finish-report.node.ts";
import { reportPdf } from "./folder-paper.node.ts";
import type { PaperSource } from "./page-parts.ts";
import { paperText } from "./paper-sheet.node.ts";
import { readReport, reportFileBytes } from "./read-report.ts";
import { reportPaper } from "./report-pdf.node.ts";
import type { ReportDraft } from "./report-record.ts";
import {
  type SampleOfficer,
  sampleDraft,
  sampleFinding,
  sampleFolder,
  sampleOfficer,
  sampleOptions,
} from "./sample-examination.node.ts";
import { verifyReport } from "./verify-report.node.ts";
import { sayEvidence } from "./words.ts";

let officer: SampleOfficer;
before(async () => {
  officer = await sampleOfficer();
});

const NOW = Date.parse("2026-11-23T00:00:00.000Z");
const TRUST = { trust: [], nowMs: NOW };

async function finished(draft: ReportDraft, changes: Partial<EvidenceOptions> = {}) {
  const dir = sampleFolder();
  const evidence = await openEvidence(dir, sampleOptions(officer, changes));
  evidence.append("plan", { seed: "7c19-52e0" });
  const { report, digest, words, digits } = await evidence.finish(draft);
  evidence.close();
  const counts = { hits: 0, unread: 0, checkpoints: 0 };
  const rows = [{ n: 0, at: report.clock.startedAt, kind: "opened", body: "{}" } as const];
  const source: PaperSource = { report, digest, words, digits, journal: { rows: [...rows], counts } };
  return { dir, source, pdf: readFileSync(join(dir, "report.pdf")) };
}

/** A text without its spaces: a column may break its lines anywhere. */
function squeezed(text: string): string {
  return text.replace(/[\s\u00A0\u200B]/g, "");
}

const [reader] = paperReaders();

for (const verdict of ["red", "amber", "green"] as const) {
  test(`reportPaper() of ${verdict}: page one is one page and says verdict, reasons, bound, notices in both languages`, async () => {
    const { source, pdf } = await finished(sampleDraft(verdict));
    const { lines, fits } = await reportPaper(source, ["km", "en"]);
    assert.ok(fits);
    const first = squeezed(lines[0]?.join(" ") ?? "");
    for (const language of ["en", "km"] as const) {
      const has = (text: string): void => assert.ok(first.includes(squeezed(text)), text);
      has(sayEvidence(language, "page.title"));
      has(sayEvidence(language, `verdict.${verdict}`));
      for (const reason of source.report.reasons) {
        has(sayEvidence(language, `reason.${reason}`));
        has(sayEvidence(language, `step.${reason}`));
      }
      has(sayEvidence(language, "notice.not-write-protected"));
      has(sayEvidence(language, "blind.raw"));
      has(sayEvidence(language, "page.nothing"));
      for (const who of ["officer", "witness", "holder"] as const) has(sayEvidence(language, `page.sign.${who}`));
      if (verdict === "green") has(sayEvidence(language, "not.new"));
      has(sayEvidence(language, "paper.page", { n: 1, m: lines.length }));
    }
    assert.ok(first.includes(source.digest) && first.includes(source.words.join("").slice(0, 3)));
    assert.ok(!first.includes("drawing.bmp"), "no name of a file on page one");
    assert.ok(!/clean/i.test(lines.flat().join(" ")));
    assert.match(squeezed(lines.at(-1)?.join(" ") ?? ""), /Custodyform.*Numberofbagandseal/);
    assert.equal(squeezed((await reader?.text(pdf)) ?? "").includes(first), true);
  });
}

for (const one of paperReaders()) {
  test(`report.pdf copies right in ${one.name}, in both languages`, { skip: one.missing }, async () => {
    const { source, pdf } = await finished(sampleDraft("red", { practice: true }));
    for (const languages of [["km", "en"], ["km"], ["en"]] as const) {
      const paper = await reportPaper(source, languages);
      const told = (text: string): string => text.replace(/[\s\u00A0\f]+/g, " ").trim();
      assert.equal(told(await one.text(paper.pdf)), told(paper.lines.flat().join(" ")));
    }
    assert.ok(pdf.length > 100_000);
  });
}

test("reportPaper() of the same report gives the same bytes", async () => {
  const { source } = await finished(sampleDraft("amber"));
  const [one, other] = [await reportPaper(source, ["km", "en"]), await reportPaper(source, ["km", "en"])];
  assert.equal(hash("sha256", one.pdf, "hex"), hash("sha256", other.pdf, "hex"));
});

test("reportPaper() in one language says nothing in the other, and every page of practice carries the word", async () => {
  const { source } = await finished(sampleDraft("red", { practice: true }));
  const english = await reportPaper(source, ["en"]);
  assert.ok(
    !/[\u1780-\u17FF]/.test(
      english.lines
        .flat()
        .join("")
        .replace(/សុខ ដារ៉ា/g, ""),
    ),
  );
  assert.ok(english.lines.every((page) => page.join(" ").includes("PRACTICE · Nothing here is evidence.")));
  const khmer = (await reportPaper(source, ["km"])).lines.flat().join("");
  assert.ok(!khmer.includes("Report of examination") && khmer.includes("ហ្វឹកហាត់"));
});

test("reportPaper() of hostile names: nothing invisible, nothing from right to left, page one still one page", async () => {
  const long = `a\u202Egpj.exe${"x".repeat(3900)}end`;
  const red = sampleDraft("red");
  const { source } = await finished(
    {
      ...red,
      findings: [long, "ملف.jpg 中文 ế 😀", "new\nline\u0000\u001b[31m", "<b>&amp;"].map((place) =>
        sampleFinding({ place, set: place.slice(0, 900), release: "47" }),
      ),
      unread: [{ place: long, offsetBytes: 0, lengthBytes: 512, why: "refused" }],
      notices: Array.from({ length: 30 }, () => ({ code: "consent", values: { what: "w\u202E".repeat(90) } })),
      source: { ...red.source, place: long, serial: "\u202Es".repeat(100), model: "m".repeat(200) },
    },
    { exhibit: "E\u202E".repeat(90), basis: "B ".repeat(100) },
  );
  const { lines, fits } = await reportPaper(source, ["km", "en"]);
  assert.ok(fits);
  const all = lines.flat().join("\n");
  assert.ok(!/[\u0590-\u08FF\u202A-\u202E\u2066-\u2069]|(?!\n)\p{Cc}/u.test(all));
  assert.ok(
    all.includes("⟨U+202E⟩") && all.includes("中文 ế 😀") && squeezed(all).includes("⟨U+0645⟩⟨U+0644⟩⟨U+0641⟩.jpg"),
  );
  assert.match(all, /…[\s\S]*end/);
  assert.equal(paperText("ab\u05D0"), "ab⟨U+05D0⟩");
  assert.ok(squeezed(lines[0]?.join("") ?? "").includes("Alsotoknow:31notes,onthenextpage."));
});

test("reportPaper() of 100,000 findings prints the first and says how many stand only in report.json", async () => {
  const { source } = await finished(sampleDraft("red"));
  const findings = Array.from({ length: 100_000 }, (_, i) => sampleFinding({ place: `sample/drawing ${i}.bmp` }));
  const { pdf, lines } = await reportPaper({ ...source, report: { ...source.report, findings } }, ["km", "en"]);
  assert.ok(pdf.length < 2_000_000 && lines.length < 80);
  assert.match(squeezed(lines.flat().join("")), /Onlythefirst500of100,000areprintedhere/);
});

test("verifyReport() of a changed, missing or strange report.pdf: tampered; an old report without one still verifies", async () => {
  const { dir, pdf } = await finished(sampleDraft("red"));
  assert.equal(verifyReport(dir, TRUST).outcome, "verified");
  const path = join(dir, "report.pdf");
  const changed = Uint8Array.from(pdf);
  changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, changed);
  assert.throws(() => verifyReport(dir, TRUST), { code: "report/tampered" });
  rmSync(path);
  assert.throws(() => verifyReport(dir, TRUST), { code: "report/tampered" });
  const { seal, ...report } = readReport(readFileSync(join(dir, "report.json")));
  const { pdf: _, signature: __, ...older } = seal;
  const resealed = { ...older, signature: toHex(officer.identity.sign(sealBytes(older))) };
  writeFileSync(join(dir, "report.json"), reportFileBytes({ ...report, seal: resealed }));
  assert.equal(verifyReport(dir, TRUST).outcome, "verified");
  writeFileSync(path, pdf);
  assert.throws(() => verifyReport(dir, TRUST), { code: "report/tampered" }, "a paper that the report does not know");
});

test("reportPdf() of a folder makes its report.pdf again, byte for byte, and refuses a changed folder", async () => {
  const { dir, pdf } = await finished(sampleDraft("green"));
  const again = await reportPdf(dir, { languages: ["km", "en"], nowMs: NOW });
  assert.equal(hash("sha256", again, "hex"), hash("sha256", pdf, "hex"));
  const report = readFileSync(join(dir, "report.json"), "utf8");
  writeFileSync(join(dir, "report.json"), report.replace('"verdict":"green"', '"verdict":"amber"'));
  await assert.rejects(reportPdf(dir, { languages: ["km"], nowMs: NOW }), { name: "Fault" });
});
