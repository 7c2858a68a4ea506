import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { openEvidence } from "./evidence.node.ts";
import type { EvidenceOptions } from "./evidence-options.node.ts";
import type { ReportDraft } from "./report-record.ts";
import {
  type SampleOfficer,
  sampleDraft,
  sampleFinding,
  sampleFolder,
  sampleOfficer,
  sampleOptions,
} from "./sample-examination.node.ts";
import { sayEvidence } from "./words.ts";

let officer: SampleOfficer;
before(async () => {
  officer = await sampleOfficer();
});

async function page(draft: ReportDraft, changes: Partial<EvidenceOptions> = {}): Promise<string> {
  const dir = sampleFolder();
  const evidence = await openEvidence(dir, sampleOptions(officer, changes));
  evidence.append("consent", { what: HOSTILE[0] });
  await evidence.finish(draft);
  evidence.close();
  return readFileSync(join(dir, "report.html"), "utf8");
}

const HOSTILE = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  "</style></title></bdi><iframe src=javascript:alert(1)>",
  "a\u202Egpj.exe",
  "{count}{place}",
  "\uE0000\uE001\uE0001\uE001",
  "&lt;b&gt;&#60;script&#62;",
  "-->]]><!--",
  "new\nline\u0000\u001b[31m",
];

/** Every tag of the page without its fonts, as [name, attributes]. */
function tags(html: string): [string, string][] {
  const bare = html.replace(/base64,[A-Za-z0-9+/=]+/g, "");
  return [...bare.matchAll(/<(\/?[a-zA-Z!][^\s>/]*)([^>]*)>/g)].map(([, name = "", rest = ""]) => [
    name.toLowerCase(),
    rest,
  ]);
}

const ALLOWED = new Set(
  "!doctype html head meta title style body div main header article section p span b bdi h1 h2 ul ol li figure table thead tbody tr th td pre br svg path rect circle text g defs pattern".split(
    " ",
  ),
);

test("report.html of hostile names, serials and notices: no foreign tag, no handler, no script, nothing that loads", async () => {
  const red = sampleDraft("red");
  for (const text of HOSTILE) {
    const html = await page(
      {
        ...red,
        findings: [sampleFinding({ place: text, set: text, release: text })],
        unread: [{ place: text, offsetBytes: 0, lengthBytes: 512, why: "refused" }],
        facts: [{ reason: "unread", place: text, offsetBytes: 0, lengthBytes: 1, name: text }],
        notices: [{ code: "consent", values: { what: text } }],
        filter: red.filter.map((one) => ({ ...one, name: text, agency: text, release: text })),
        source: { ...red.source, place: text, serial: text, model: text },
        plan: { seed: text, [text]: text },
      },
      { exhibit: text, basis: text, clock: { zone: text, statedAt: null, offsetMs: null } },
    );
    for (const [name, rest] of tags(html)) {
      assert.ok(ALLOWED.has(name.replace(/^\//, "")), `${JSON.stringify(text)} made the tag ${name}`);
      assert.ok(!/\son\w+\s*=|javascript:|\ssrc\s*=|\shref\s*=/i.test(rest), `${JSON.stringify(text)}: ${rest}`);
    }
    assert.ok(!/\p{Co}|[\u202a-\u202e\u2066-\u2069]/u.test(html), JSON.stringify(text));
    assert.ok(!/\p{Cc}/u.test(html.replaceAll("\n", "")), JSON.stringify(text));
    assert.match(html, /default-src 'none'/);
    assert.ok(!/https?:|url\((?!data:font|#hatch)|@import/i.test(html.replace(/<bdi.*?<\/bdi>/gs, "")));
  }
});

for (const verdict of ["red", "amber", "green"] as const) {
  test(`report.html of ${verdict}: verdict, reasons with steps, bound, unread, notices in both languages on page one`, async () => {
    const draft = sampleDraft(verdict);
    const html = await page(draft);
    const first = html.slice(html.indexOf('<article class="sheet first">'), html.indexOf("</article>"));
    for (const language of ["en", "km"] as const) {
      const has = (text: string): void => assert.ok(first.includes(text.replace(/ %/g, "&nbsp;%")), text);
      has(sayEvidence(language, `verdict.${verdict}`));
      for (const reason of draft.reasons) {
        has(sayEvidence(language, `reason.${reason}`));
        has(sayEvidence(language, `step.${reason}`));
      }
      has(sayEvidence(language, "notice.not-write-protected"));
      has(sayEvidence(language, "blind.raw"));
      has(sayEvidence(language, "page.sign.holder"));
      if (verdict === "red") has(language === "en" ? "Could not be read: " : "អានមិនបាន៖ ");
      else has(sayEvidence(language, "unread.nothing"));
      if (verdict === "green") has(language === "en" ? "in at least 99 of 100 cases" : "យ៉ាងតិច ៩៩ ដង ក្នុង ១០០ ដង");
    }
    assert.ok(!first.includes("drawing.bmp"), "no name of a file on page one");
    assert.equal([...first.matchAll(/<svg class="mark"/g)].length, 1);
    assert.ok(!html.includes("<img") && !html.includes("<script"));
    assert.ok(!/\bclean\b/i.test(html));
  });
}

test("report.html of practice carries the stamp in the header of every page", async () => {
  const html = await page(sampleDraft("red", { practice: true }));
  assert.match(html, /<header class="head"><div class="band">.*PRACTICE/);
  assert.ok(!(await page(sampleDraft("red"))).includes('<header class="head">'));
});

test("report.html of very many findings stays small and says what is left out", async () => {
  const findings = Array.from({ length: 4000 }, (_, i) => sampleFinding({ place: `sample/drawing ${i}.bmp` }));
  const html = await page(sampleDraft("red", { findings }));
  assert.ok(html.length < 2_000_000);
  assert.match(html, /Only the first 1,000 of 4,000/);
});
