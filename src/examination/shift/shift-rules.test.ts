import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { answered } from "./answered.ts";
import { basisText } from "./basis-text.ts";
import { batteryIn } from "./battery.node.ts";
import { fieldText, firstExhibit, freeExhibit, nextExhibit } from "./exhibit-number.ts";
import { type KeptList, listView, mayExamine, newestList } from "./list-choice.ts";
import { OFFENCE_CODES, offencesIn, ownOffences, wordingIn } from "./offences.ts";
import { dayWritten, minutesAhead, phoneTimeMs } from "./phone-time.ts";
import { readPolicy, STANDARD_POLICY } from "./policy.ts";
import { ageLine, batteryLine, clockLine, marksLine, roomLine, speedLine } from "./self-test.ts";
import { missingQuestion, NO_ANSWERS, readAnswers, waitMs } from "./shift-answers.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse("2026-11-22T05:00:00Z");

for (const [exhibit, next] of [
  ["2026-0142-3", "2026-0142-4"],
  ["2026-0142-9", "2026-0142-10"],
  ["A-099", "A-100"],
  ["០១៤២-៩", "០១៤២-១០"],
  ["២០២៦-០០០៩ ក", "២០២៦-០០១០ ក"],
  ["stick", "stick-2"],
] as const) {
  test(`nextExhibit() after ${exhibit} is ${next}, in the same digits`, () => assert.equal(nextExhibit(exhibit), next));
}

test("freeExhibit() proposes the first number that nothing has yet", () => {
  const used = new Set(["2026-0001", "2026-0002"]);
  assert.equal(
    freeExhibit(firstExhibit(NOW_MS), (exhibit) => used.has(exhibit)),
    "2026-0003",
  );
  assert.notEqual(
    freeExhibit("1", () => true),
    "1",
  );
});

test("fieldText() keeps what was written, in one line that cannot turn another one", () => {
  assert.equal(fieldText("  ២០២៦-០១ ", 80), "២០២៦-០១");
  for (const hostile of ["a\nb", "a\u202eb", "a\u0000", "\ud800", "x".repeat(81)])
    assert.equal(fieldText(hostile, 80), undefined);
});

test("waitMs() grows from 1 to 30 seconds and never further", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 7, 100].map(waitMs), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

test("missingQuestion() asks in the order of the screen", () => {
  const offences = ["04"];
  const full = { basis: { kind: "warrant", number: "12", offence: "04" }, exhibit: "1" } as const;
  const basis = (changes: object) => ({ ...full, basis: { ...full.basis, ...changes } });
  const with_ = { officer: true, list: true, offences };
  assert.equal(missingQuestion(NO_ANSWERS, { ...with_, officer: false }), "officer");
  assert.equal(missingQuestion(NO_ANSWERS, with_), "basis");
  assert.equal(missingQuestion(basis({ number: "" }), with_), "basis-number");
  assert.equal(missingQuestion(basis({ offence: null }), with_), "offence");
  assert.equal(missingQuestion(basis({ offence: "07" }), with_), "offence");
  assert.equal(missingQuestion({ ...full, exhibit: "" }, with_), "exhibit");
  assert.equal(missingQuestion(full, { ...with_, list: false }), "list");
  assert.equal(missingQuestion(full, with_), null);
});

test("answered() takes a closed basis and offence, and one line of text", () => {
  const offences = [{ code: "04", words: { en: "x", km: "ខ" } }];
  assert.deepEqual(answered(NO_ANSWERS, { act: "answer", question: "exhibit", text: " 7 " }, offences), {
    exhibit: "7",
  });
  const code = (error: unknown) => (error as { code: string }).code;
  const refused = (act: Parameters<typeof answered>[1]) => {
    try {
      answered(NO_ANSWERS, act, offences);
    } catch (error) {
      return code(error);
    }
    return undefined;
  };
  assert.equal(refused({ act: "answer", question: "offence", code: "99" }), "shift/offence");
  assert.equal(refused({ act: "answer", question: "basis-number", text: "a\nb" }), "shift/text");
});

test("readAnswers() takes only what was written by Phum", () => {
  assert.deepEqual(readAnswers(JSON.stringify(NO_ANSWERS)), NO_ANSWERS);
  for (const other of ["", "{}", "[", '{"format":"phum-shift","version":2}'])
    assert.deepEqual(readAnswers(other), NO_ANSWERS);
});

test("phoneTimeMs() reads a day and an hour as a phone shows them, in Latin or Khmer digits, and nothing else", () => {
  const wanted = new Date(2026, 10, 5, 9, 8).getTime();
  for (const text of ["2026-11-05 09:08", " 2026-11-5  9.08 ", "២០២៦-១១-០៥ ០៩:០៨"])
    assert.equal(phoneTimeMs(text), wanted, text);
  for (const text of ["", "09:08", "2026-13-01 09:08", "2026-02-30 09:08", "2026-11-05 24:00", "2026-11-05 09:60"])
    assert.equal(phoneTimeMs(text), undefined, text);
  for (const text of ["1999-01-01 09:08", "2026-11-05T09:08", "2026-11-05 09:08 PM", "9".repeat(4000)])
    assert.equal(phoneTimeMs(text), undefined, text);
  assert.equal(phoneTimeMs(`${dayWritten(wanted)} 9:08`), wanted);
  assert.deepEqual([minutesAhead(wanted, wanted + 59_999), minutesAhead(wanted, wanted + 60_000)], [0, -1]);
});

test("basisText() says kind, number and offence in both languages", () => {
  const text = basisText({ kind: "warrant", number: "12/2026", offence: "04" }, ownOffences());
  assert.match(text ?? "", /^ដីកាឆែកឆេរ \/ Search warrant 12\/2026 · 04 .+ \/ Sexual offence against a child$/);
  assert.equal(basisText({ kind: null, number: "", offence: null }, []), null);
  assert.match(basisText(null, []) ?? "", /Practice/);
});

function list(
  name: string,
  { released = -4, valid = 40, grace = 70, recipients = ["age1a"], practice = false } = {},
): KeptList {
  const at = (days: number): string => new Date(NOW_MS + days * DAY_MS).toISOString();
  const dates = { releasedAt: at(released), validUntil: at(valid), graceUntil: at(grace) };
  return { path: `/${name}`, fault: null, facts: { name, release: "1", ...dates, practice, recipients } };
}

test("newestList() is the newest that the officer can open, never one for practice", () => {
  const lists = [list("old", { released: -90 }), list("new"), list("other", { released: -1, recipients: ["age1b"] })];
  const all = [
    ...lists,
    list("practice", { released: 0, practice: true }),
    { path: "/x", facts: null, fault: "filter/tampered" },
  ];
  assert.equal(newestList(all, "age1a")?.path, "/new");
  assert.equal(newestList(all, "age1b")?.path, "/other");
  assert.equal(newestList(all, "age1c"), undefined);
  assert.equal(newestList(all, null)?.path, "/other");
});

for (const [valid, grace, state, may] of [
  [40, 70, "good", true],
  [3, 70, "soon", true],
  [-1, 20, "grace", true],
  [-40, -10, "expired", false],
] as const) {
  test(`listView() of a list good for ${valid} days and used for ${grace} is ${state}`, () => {
    const chosen = list("n", { released: -60, valid, grace });
    const view = listView([chosen], chosen, NOW_MS);
    assert.equal(view?.state, state);
    assert.equal(view?.ageDays, 60);
    assert.equal(view?.daysLeft, valid);
    assert.equal(mayExamine(view), may);
    assert.equal(ageLine(view).mark, { good: "good", soon: "look", grace: "look", expired: "stop" }[state]);
  });
}

test("listView() tells a list that cannot be used from none at all", () => {
  const broken = { path: "/x", facts: null, fault: "filter/tampered" };
  assert.equal(listView([broken], undefined, NOW_MS)?.state, "unusable");
  assert.equal(listView([], undefined, NOW_MS), null);
  assert.equal(listView([list("p", { practice: true })], undefined, NOW_MS), null);
  assert.equal(mayExamine(null), false);
});

test("offences are the closed ones, all of them about children", () => {
  assert.deepEqual(
    ownOffences().map(({ code }) => code),
    [...OFFENCE_CODES],
  );
  for (const { words } of ownOffences()) {
    assert.match(words.en, /child/);
    assert.match(words.km, /កុមារ/);
  }
  const words = { en: "x", km: "ខ" };
  assert.ok(wordingIn({ agency: "A", offences: [{ code: "04", words }] }));
  for (const offences of [
    [],
    [{ code: "99", words }],
    [
      { code: "04", words },
      { code: "04", words },
    ],
    [{ code: "04", words: { en: "x" } }],
  ]) {
    assert.equal(wordingIn({ agency: "A", offences }), undefined);
  }
  assert.equal(wordingIn({ agency: "A", offences: [{ code: "04", words: { en: "a\u202eb", km: "ខ" } }] }), undefined);
  assert.equal(offencesIn({ format: "phum-offences" }), undefined);
});

test("readPolicy() takes a whole policy within its limits", () => {
  assert.deepEqual(readPolicy(JSON.stringify(STANDARD_POLICY)), STANDARD_POLICY);
  for (const change of [{ shiftHours: 99 }, { lockMinutes: 0 }, { version: 2 }, { more: 1 }]) {
    assert.equal(readPolicy(JSON.stringify({ ...STANDARD_POLICY, ...change })), undefined);
  }
  assert.equal(readPolicy("{"), undefined);
});

test("the lines of the self-test say good, look or stop, with the values of their sentences", () => {
  assert.equal(marksLine({ found: 20, count: 20 }, false).mark, "good");
  assert.equal(marksLine({ found: 0, count: 1 }, false).mark, "stop");
  assert.deepEqual(marksLine(null, true), { what: "marks", mark: "look", values: { found: 0, count: 0, locked: 1 } });
  const clock = { nowMs: NOW_MS, releasedMs: NOW_MS - DAY_MS, buildMs: NOW_MS - DAY_MS, clock: "not-asked" as const };
  assert.equal(clockLine(clock).mark, "good");
  assert.equal(clockLine({ ...clock, releasedMs: NOW_MS + 1 }).mark, "stop");
  assert.equal(clockLine({ ...clock, buildMs: NOW_MS + 1 }).mark, "stop");
  assert.equal(clockLine({ ...clock, releasedMs: NOW_MS - 2000 * DAY_MS }).mark, "look");
  const told = (minutesAhead: number, releasedMs = clock.releasedMs): unknown =>
    clockLine({ ...clock, releasedMs, clock: { minutesAhead } });
  const values = { nowMs: NOW_MS, compared: 1, minutes: 1 };
  assert.deepEqual(told(1), { what: "clock", mark: "good", values });
  assert.deepEqual(told(1, NOW_MS - 2000 * DAY_MS), { what: "clock", mark: "good", values });
  assert.deepEqual(told(-2), { what: "clock", mark: "look", values: { ...values, minutes: -2 } });
  assert.deepEqual(clockLine({ ...clock, clock: null }), {
    ...{ what: "clock", mark: "look" },
    values: { ...values, compared: 0, minutes: 0 },
  });
  assert.deepEqual(speedLine(1e9).values, { minutes: 3, sizeBytes: 16e9, bytesPerSecond: 1e9 });
  assert.equal(speedLine(5e6).mark, "look");
  assert.deepEqual(
    [2e9, 1e8, 1e6].map((bytes) => roomLine(bytes).mark),
    ["good", "look", "stop"],
  );
  assert.equal(batteryLine({ percent: 20, charging: true, hours: null }).mark, "good");
  assert.deepEqual(batteryLine({ percent: 20, charging: false, hours: 1.5 }).values, { percent: 20, hours: 1.5 });
});

test("batteryIn() reads the first battery of the system, not that of a mouse; none is null", () => {
  const folder = mkdtempSync(join(tmpdir(), "phum-power-"));
  try {
    assert.equal(batteryIn(folder), null);
    assert.equal(batteryIn(join(folder, "missing")), null);
    const say = (name: string, facts: Record<string, string>): void => {
      mkdirSync(join(folder, name));
      for (const [fact, text] of Object.entries(facts)) writeFileSync(join(folder, name, fact), `${text}\n`);
    };
    say("AC", { type: "Mains", online: "0" });
    say("A-mouse", { type: "Battery", scope: "Device", capacity: "3" });
    say("BAT0", {
      type: "Battery",
      capacity: "42",
      status: "Discharging",
      energy_now: "20000000",
      power_now: "10000000",
    });
    assert.deepEqual(batteryIn(folder), { percent: 42, charging: false, hours: 2 });
    writeFileSync(join(folder, "BAT0/power_now"), "0");
    assert.equal(batteryIn(folder)?.hours, null);
    writeFileSync(join(folder, "BAT0/capacity"), "?");
    assert.equal(batteryIn(folder), null);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
