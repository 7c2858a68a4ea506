import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTICES, type NoticeCode, notice } from "./notices.ts";
import { REASONS, type ReportDraft } from "./report-record.ts";
import { sampleDraft } from "./sample-examination.node.ts";
import { standingNotices } from "./standing-notices.ts";
import { noticeSentence, plainTeller } from "./teller.ts";
import { readPercent, type Told, verdictLines } from "./verdict-text.ts";

const CLOCK = {
  startedAt: "2026-11-22T07:08:00.000Z",
  endedAt: "2026-11-22T07:29:00.000Z",
  zone: "Asia/Phnom_Penh",
  statedAt: null,
  offsetMs: null,
};

function told(draft: ReportDraft): Told {
  const { readsDigest, ...rest } = draft;
  const named = { format: "phum-report", version: 1, exhibit: "2026-0142-4", basis: null } as const;
  const tool = { name: "phum", version: "0", digest: "" };
  return { ...named, ...rest, clock: CLOCK, tool, reads: { leaves: 114_441, root: "", digest: readsDigest } };
}

test("verdictLines() of green: the bound in the words of the issue, coverage, what green does not say", () => {
  const lines = verdictLines(told(sampleDraft("green")), "en");
  assert.equal(lines[0], "GREEN: Nothing found in the 41 % that was read.");
  const bound =
    "If 20 MiB or more of listed material were here, this test would have found some in at least 99 of 100 cases.";
  assert.ok(lines.includes(bound));
  assert.ok(lines.some((line) => line.includes("59 % of this device was not read.")));
  assert.ok(lines.includes("Everything that was tried could be read."));
});

test("verdictLines() names the hardest size of files where it is less sure than the bound, page one too", () => {
  const { bound } = sampleDraft("green");
  const lines = (confidence: number): string[] =>
    verdictLines(
      told(sampleDraft("green", { bound: { ...bound, hardest: { fileBytes: 5 << 20, confidence } } })),
      "en",
    );
  const weak =
    "Weakest point: 20 MiB in files of 5 MiB each, every file in one piece at any place, would have been found in only 74.6 of 100 cases. Reading on makes this better.";
  assert.ok(lines(0.7468).includes(weak));
  assert.ok(!lines(0.99).some((line) => line.startsWith("Weakest point")));
});

test("verdictLines() of everything read says so without a per cent", () => {
  const { coverage } = sampleDraft("green");
  const whole = { ...coverage, bytesRead: coverage.bytesTotal, fraction: 1 };
  const [first] = verdictLines(told(sampleDraft("green", { coverage: whole })), "en");
  assert.equal(first, "GREEN: Nothing found in all that could be read (100 %).");
});

test("verdictLines() of amber gives each reason with its step and what stands behind it", () => {
  const lines = verdictLines(told(sampleDraft("amber")), "en");
  const at = lines.findIndex((line) => line.includes("A part is locked."));
  assert.match(lines[at] ?? "", /BitLocker: 120 GB$/);
  assert.match(lines[at + 1] ?? "", /^ {4}→ If its computer is on, do not switch it off/);
});

test("verdictLines() shows foreign text with its hidden characters", () => {
  const facts = [
    { reason: "encrypted", place: "x", offsetBytes: 0, lengthBytes: 1, name: "a\u202Eb\u001b[31m" },
  ] as const;
  const text = verdictLines(told(sampleDraft("amber", { facts: [...facts] })), "km").join("\n");
  assert.ok(text.includes("a⟨U+202E⟩b⟨U+001B⟩[31m"));
  assert.ok(!/\p{Cf}|\p{Cc}/u.test(text.replaceAll("\n", "")));
});

test("verdictLines() of every reason, notice and source kind in both languages has no placeholder left", () => {
  for (const language of ["en", "km"] as const) {
    for (const kind of ["folder", "image", "device"] as const) {
      const draft = sampleDraft("red", { reasons: [...REASONS], practice: true });
      const lines = verdictLines(told({ ...draft, source: { ...draft.source, kind } }), language);
      assert.ok(!/[{}]/.test(lines.join("")), language);
      assert.equal(lines.filter((line) => line.startsWith("    → ")).length, REASONS.length);
    }
    for (const [code, names] of Object.entries(NOTICES)) {
      const values = Object.fromEntries(names.map((name) => [name, 12_345]));
      const sentence = noticeSentence(plainTeller(language), { code: code as NoticeCode, values });
      assert.ok(!/[{}]/.test(sentence), sentence);
      if (names.some((name: string) => name.endsWith("Bytes"))) assert.match(sentence, /kB/);
    }
  }
});

test("readPercent() is rounded down and never says 100 for less", () => {
  assert.equal(readPercent("en", 0.99999), "99");
  assert.equal(readPercent("en", 1), "100");
  assert.equal(readPercent("en", 0.00129), "0.12");
  assert.equal(readPercent("km", 0.41), "៤១");
});

test("standingNotices() says what follows from the report, once each, in a fixed order", () => {
  const draft = sampleDraft("red", {
    practice: true,
    unconfirmed: 2,
    notices: [notice("md5-only", { count: 1 }), notice("consent", { what: "mounted" })],
  });
  draft.source = { ...draft.source, readOnly: { hardware: true, kernel: null, mounted: true, mountedWritable: true } };
  draft.filter = draft.filter.map((one) => ({ ...one, validUntil: "2026-11-25T00:00:00.000Z" }));
  const standing = { basis: null, vouchedFor: false, clock: { ...CLOCK, offsetMs: -90_000 } };
  const resumed = [notice("interrupted-before", { times: 1 })];
  const notices = standingNotices(draft, { ...standing, resumed });
  assert.deepEqual(
    notices.map(({ code }) => code),
    [
      "practice",
      "no-certificate",
      "no-basis",
      "consent",
      "mounted-writable",
      "clock-offset",
      "filter-expiring",
      "interrupted-before",
      "md5-only",
      "unconfirmed-hits",
    ],
  );
  assert.deepEqual(notices[5]?.values, { seconds: 90 });
});
