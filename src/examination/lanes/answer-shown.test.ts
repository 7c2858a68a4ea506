import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES } from "#base/words";
import { REASONS, type Report, sayEvidence } from "#examination/evidence";
import { type AnswerShown, answerShown } from "./answer-shown.ts";
import { sampleFinding, sampleLane, sampleReport } from "./lane-samples.ts";
import type { LaneView } from "./lanes-view.ts";

function shownOf(report: Report, lane: Partial<LaneView> = {}, language: "en" | "km" = "en"): AnswerShown {
  const { verdict, reasons } = report;
  const one = sampleLane({ state: "answered", answer: { verdict, reasons, digest: "", sealed: false }, ...lane });
  const shown = answerShown(language, { lane: one, lanes: [one] }, report);
  assert.ok(shown !== null);
  return shown;
}

const coverage = sampleReport().coverage;
const RED: Partial<Report> = {
  verdict: "red",
  reasons: ["listed-file"],
  exhibit: "2026-0142-4",
  findings: [sampleFinding(), sampleFinding({ standing: "deleted" }), sampleFinding({ standing: "deleted" })],
  bound: { confidence: 0.99, targetBytes: null, goalBytes: 20_971_520, reached: false },
};

test("answerShown() of green has the percentage, the bound and the limits, and asks to read on", () => {
  const shown = shownOf(sampleReport(), { secondsLeft: 100 });
  assert.equal(shown.word, "GREEN");
  assert.equal(shown.what, "Nothing found in the 41 % that was read.");
  assert.deepEqual(shown.more, [
    "If 39.7 kB or more of material from the list were here, we would have found some of it 99 times in 100.",
  ]);
  assert.deepEqual(
    shown.steps.map(({ text }) => text),
    ["Read on to be surer: 2 min to 100 %.", "Other reasons to keep the device still count. Ask your chief."],
  );
  assert.equal(shown.why.title, "What green does not say");
  assert.equal(shown.why.items[0], "59 % of this device was not read.");
  assert.match(shown.why.items.at(-1) ?? "", /Not seen by this test/);
  assert.deepEqual(shown.unread, ["Everything that was tried could be read."]);
  assert.deepEqual(shown.lists, ["List: \u2068National list\u2069, 18 November 2026"]);
});

test("answerShown() says where the bound is weakest, in the officer's words", () => {
  const hardest = { fileBytes: 9_437_184, confidence: 0.8127 };
  const { why } = shownOf(sampleReport({ bound: { ...sampleReport().bound, targetBytes: 20_971_520, hardest } }));
  assert.equal(
    why.items[3],
    "Weakest point: 21 MB in files of 9.44 MB each would have been found only 81.2 times in 100. Reading on makes this better.",
  );
});

test("answerShown() of green on all of it keeps the other limits and asks for no more reading", () => {
  const whole = { ...coverage, bytesRead: coverage.bytesTotal, fraction: 1 };
  const shown = shownOf(sampleReport({ coverage: whole }));
  assert.equal(shown.what, "Nothing found in all that could be read (100 %).");
  assert.equal(shown.canReadOn, false);
  assert.deepEqual(
    shown.steps.map(({ kind }) => kind),
    ["chief"],
  );
  assert.match(shown.why.items[0] ?? "", /New material/);
});

test("answerShown() of red says what was found, how much of it in deleted files, and what to do", () => {
  const shown = shownOf(sampleReport(RED), { red: true });
  assert.deepEqual(
    shown.steps.map(({ kind }) => kind),
    ["seize", "closed", "call"],
  );
  assert.equal(shown.steps[0]?.text, "Seize the device. Bag it as \u20682026-0142-4\u2069.");
  assert.deepEqual(shown.why, {
    title: "Why red",
    items: [
      "Whole files are the same as files on the list.",
      "Files that are the same as files on the list: 3.",
      "Of these, in deleted files: 2.",
      "Each was read again to be certain.",
    ],
  });
  assert.equal(shown.findings, 3);
  assert.deepEqual(shown.more, []);
});

test("answerShown() of a locked part names it, its size, and not to switch off first", () => {
  const facts = [
    { reason: "encrypted", place: "p2", offsetBytes: 8e9, lengthBytes: 4e9, name: "Bit\u202ELocker" },
  ] as const;
  const shown = shownOf(sampleReport({ verdict: "amber", reasons: ["encrypted"], facts: [...facts] }));
  assert.equal(shown.steps[0]?.text, "If its computer is on, do not switch it off.");
  assert.equal(
    shown.why.items[0],
    "A part is locked. This check cannot see inside. \u2068Bit⟨U+202E⟩Locker\u2069: 4 GB",
  );
  assert.deepEqual(shown.unread, ["4 GB: locked.", "Nothing else."]);
  assert.equal(shown.locked, true);
  const hatched = shown.tape.flatMap(({ unread }, i) => (unread ? [i] : []));
  assert.deepEqual([hatched[0], hatched.at(-1)], [32, 47]);
});

test("answerShown() says what could not be read and why", () => {
  const unread = [
    { place: "", offsetBytes: 0, lengthBytes: 36_864, why: "input-error" },
    { place: "", offsetBytes: 9e9, lengthBytes: 4096, why: "timeout" },
  ] as const;
  const report = sampleReport({
    verdict: "amber",
    reasons: ["unread"],
    unread: [...unread],
    coverage: { ...coverage, bytesUnread: 40_960 },
  });
  assert.equal(shownOf(report).unread[0], "2 places, 41 kB: damaged, no answer in time.");
  assert.match(shownOf(report, {}, "km").unread[0] ?? "", /^២ កន្លែង ៤១ kB៖/);
});

test("answerShown() of a folder counts files and states no bound", () => {
  const report = sampleReport({
    coverage: { ...coverage, filesTotal: 1200, filesProbed: 1200, filesRead: 300 },
    bound: { confidence: 0.99, targetBytes: null, goalBytes: 20_971_520, reached: true },
    source: { ...sampleReport().source, kind: "folder", medium: "folder" },
  });
  const shown = shownOf(report);
  assert.match(shown.more[0] ?? "", /Files: 1,200; looked into at three places: 1,200; read whole: 300/);
  assert.match(shown.more[1] ?? "", /How much could be unseen is not stated/);
});

test("answerShown() has steps and a reason for each reason, in both languages", () => {
  for (const language of LANGUAGES) {
    for (const reason of REASONS) {
      const verdict = reason.startsWith("listed") ? "red" : "amber";
      const findings = verdict === "red" ? [sampleFinding()] : [];
      const shown = shownOf(sampleReport({ verdict, reasons: [reason], findings }), {}, language);
      assert.ok(shown.steps.length > 0, reason);
      assert.equal(shown.why.items[0], sayEvidence(language, `reason.${reason}`));
      assert.ok(shown.steps.every(({ text }) => text !== ""));
    }
  }
});

test("answerShown() with every reason at once names each step once, and seizing is not keeping", () => {
  const { steps } = shownOf(sampleReport({ ...RED, reasons: [...REASONS] }));
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ["on", "seize", "closed", "list", "call"],
  );
});

test("answerShown() does not ask to read on where all was read", () => {
  const report = sampleReport({ verdict: "amber", reasons: ["stopped-early"], coverage: { ...coverage, fraction: 1 } });
  assert.deepEqual(
    shownOf(report).steps.map(({ kind }) => kind),
    ["keep", "call"],
  );
});

test("answerShown() says the report's notices, but practice, which the stamp says", () => {
  const notices = [
    { code: "practice", values: {} },
    { code: "image-refused", values: { name: "x\u202Ey" } },
  ] as const;
  assert.deepEqual(shownOf(sampleReport({ notices: [...notices] })).notices, [
    "This disk copy cannot be opened: \u2068x⟨U+202E⟩y\u2069. Nothing of it was read.",
  ]);
});

test("answerShown() without a report shows red that is still being read, and nothing else", () => {
  const lane = sampleLane({ hits: 2, red: true, boundBytes: null });
  const shown = answerShown("en", { lane, lanes: [lane] }, null);
  assert.equal(shown?.live, true);
  assert.equal(shown?.verdict, "red");
  assert.match(shown?.more[0] ?? "", /Red stays red/);
  assert.equal(answerShown("en", { lane: sampleLane(), lanes: [] }, null), null);
});

test("answerShown() tells which answer of several it is, and which comes next", () => {
  const done = (key: string, verdict: "red" | "amber" | "green"): LaneView =>
    sampleLane({ key, state: "answered", answer: { verdict, reasons: [], digest: "", sealed: false } });
  const lanes = [done("1", "green"), done("2", "amber"), done("3", "red")];
  const place = (lane: LaneView | undefined): AnswerShown["place"] | undefined =>
    lane && answerShown("en", { lane, lanes }, sampleReport())?.place;
  assert.deepEqual(place(lanes[2]), { text: "Answer 1 of 3", next: "2" });
  assert.deepEqual(place(lanes[0]), { text: "Answer 3 of 3", next: null });
});
