import assert from "node:assert/strict";
import { test } from "node:test";
import { selfTestShown } from "./self-test-shown.ts";
import { listShown, nextWord, openGroup, waitSeconds, whoLine, whyLine } from "./shift-shown.ts";
import type { ListView, SelfTestLine, ShiftView } from "./shift-view.ts";

const LIST: ListView = {
  state: "good",
  name: "National list",
  release: "47",
  releasedAt: "2026-11-18T12:00:00.000Z",
  validUntil: "2026-12-31T12:00:00.000Z",
  ageDays: 4,
  daysLeft: 39,
};
const SHIFT: ShiftView = {
  state: "open",
  practice: false,
  officers: [],
  officer: { id: "1", name: "Sok Dara", unit: "" },
  openUntilMs: Date.parse("2026-11-22T13:00:00.000Z"),
  nextTryMs: null,
  basis: { kind: "warrant", number: "214/2026", offence: "04" },
  offences: [{ code: "04", words: { en: "Offence against a child", km: "បទល្មើសលើកុមារ" } }],
  exhibit: "2026-0142-៣",
  list: LIST,
  missing: null,
  clock: null,
  ended: false,
  expertPhone: "",
};

for (const state of ["expired", "missing", "unusable"] as const) {
  test(`listShown() of a list that is ${state} refuses, in both languages`, () => {
    for (const language of ["en", "km"] as const) assert.equal(listShown(language, { ...LIST, state }).refuses, true);
  });
}

test("listShown() says name, age and end; a list that ends soon or has ended asks for a new one", () => {
  assert.deepEqual(listShown("en", LIST), {
    refuses: false,
    title: "National list, 18 November 2026",
    text: "4 days old. Good until 31 December 2026.",
    advice: null,
  });
  assert.match(listShown("km", LIST).text, /មានអាយុ ៤ ថ្ងៃ។ ប្រើបានដល់ ៣១ ធ្នូ ២០២៦។/);
  assert.match(listShown("en", { ...LIST, state: "soon", daysLeft: 1 }).advice ?? "", /1 more day\./);
  assert.match(listShown("en", { ...LIST, state: "grace" }).advice ?? "", /ended on 31 December 2026/);
  assert.equal(listShown("en", null).refuses, true);
});

test("whyLine() stands only when everything of it is answered, and keeps digits as they were written", () => {
  assert.equal(whyLine("en", SHIFT), "Search warrant, number 214/2026 · Offence against a child · exhibit 2026-0142-៣");
  assert.equal(whyLine("en", { ...SHIFT, basis: { ...SHIFT.basis, number: "" } }), null);
  assert.equal(whyLine("km", { ...SHIFT, basis: { ...SHIFT.basis, offence: "99" } }), null);
  assert.equal(whyLine("km", { ...SHIFT, exhibit: "" }), null);
});

test("whoLine() names the officer and the end of the shift; foreign names draw everything that is in them", () => {
  assert.match(whoLine("en", SHIFT), /^Sok Dara · open until \d\d:00, then it locks$/);
  assert.match(whoLine("en", { ...SHIFT, officer: { id: "1", name: "a\u202eb", unit: "" } }), /^a⟨U\+202E⟩b/);
});

for (const question of ["officer", "basis", "basis-number", "offence", "exhibit", "list"] as const) {
  test(`nextWord() names the missing ${question} in both languages`, () => {
    assert.notEqual(nextWord("en", question), nextWord("en", null));
    assert.match(nextWord("km", question), /ជាមុន/);
    assert.ok(["who", "why", "list"].includes(openGroup(question) ?? ""));
  });
}

test("waitSeconds() counts to the next try and not below 0", () => {
  assert.equal(waitSeconds(10_000, 7001), 3);
  assert.equal(waitSeconds(10_000, 12_000), 0);
  assert.equal(waitSeconds(null, 0), 0);
});

const LINES: SelfTestLine[] = [
  { what: "marks", mark: "good", values: { found: 64, count: 64 } },
  { what: "age", mark: "good", values: { days: 4, daysLeft: 39 } },
  { what: "battery", mark: "look", values: { percent: 41, hours: 1.4 } },
];

test("selfTestShown() puts what needs a look first and counts it", () => {
  const shown = selfTestShown("en", { running: false, atMs: 1, lines: LINES });
  assert.equal(shown.title, "This laptop is ready");
  assert.match(shown.sub, /1 point needs a look/);
  assert.deepEqual(shown.lines[0], {
    what: "battery",
    mark: "look",
    word: "Look.",
    name: "Battery",
    value: "41 %",
    sentence: "Charge it. It lasts about 1 h.",
    compared: null,
  });
});

test("selfTestShown() with a stop is not ready; while it runs it says nothing of the end", () => {
  const stop: SelfTestLine = { what: "room", mark: "stop", values: { freeBytes: 0 } };
  assert.equal(
    selfTestShown("en", { running: false, atMs: 1, lines: [...LINES, stop] }).title,
    "This laptop is not ready",
  );
  const waiting: SelfTestLine[] = LINES.map((line) => ({ ...line, mark: "waiting", values: {} }));
  const running = selfTestShown("km", { running: true, atMs: null, lines: waiting });
  assert.equal(running.title, "កំពុងពិនិត្យកុំព្យូទ័រនេះ");
  assert.ok(running.lines.every(({ value, sentence }) => value === "" && sentence === ""));
});

test("selfTestShown() asks for the phone's time, and says how it differs from the clock", () => {
  const sentence = (values: SelfTestLine["values"], mark: SelfTestLine["mark"] = "look"): unknown[] => {
    const lines: SelfTestLine[] = [{ what: "clock", mark, values: { nowMs: 1, ...values } }];
    const [line] = selfTestShown("en", { running: false, atMs: 1, lines }).lines;
    return [line?.sentence, line?.compared];
  };
  assert.deepEqual(sentence({}, "good"), ["Is this the right time? Look at your phone.", null]);
  assert.deepEqual(sentence({ compared: 0, minutes: 0 }), [
    "Is this the right time? Compare it with your phone.",
    false,
  ]);
  assert.deepEqual(sentence({ compared: 1, minutes: 0 }, "good"), ["It agrees with your phone.", true]);
  assert.deepEqual(sentence({ compared: 1, minutes: 7 }), ["It is 7 min behind your phone. The report says so.", true]);
  assert.deepEqual(sentence({ compared: 1, minutes: -420 }), [
    "It is 7 h ahead of your phone. The report says so.",
    true,
  ]);
  assert.match(String(sentence({ compared: 1, minutes: 0 }, "stop")[0]), /stands before the date of the list/);
});

test("selfTestShown() says why a sealed list could not be tried before the shift is open", () => {
  const lines: SelfTestLine[] = [{ what: "marks", mark: "look", values: { found: 0, count: 0, locked: 1 } }];
  const [line] = selfTestShown("en", { running: false, atMs: 1, lines }).lines;
  assert.equal(line?.value, "");
  assert.match(line?.sentence ?? "", /Open with your passphrase/);
});
