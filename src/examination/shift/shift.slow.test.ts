import assert from "node:assert/strict";
import { createReadStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mock, test } from "node:test";
import { Fault } from "#base/faults";
import { canonicalText } from "#base/values";
import { signOffences } from "./offences-file.node.ts";
import { dayWritten } from "./phone-time.ts";
import { openShift } from "./shift.node.ts";
import { type ShiftLab, shiftLab } from "./shift-lab.node.ts";
import type { KeptShift, Shift, ShiftOptions } from "./shift-options.node.ts";
import type { ShiftAct } from "./shift-view.ts";

const HOUR_MS = 3_600_000;

interface Work {
  lab: ShiftLab;
  clock: { nowMs: number };
  /** What the shift told its app. */
  told: { kept: KeptShift | null; ended: number; busy: boolean };
  open(more?: Partial<ShiftOptions>): Promise<Shift>;
}

async function withShift(work: (facts: Work) => Promise<void>): Promise<void> {
  const clock = { nowMs: Date.now() };
  const lab = await shiftLab(clock.nowMs);
  const told: Work["told"] = { kept: null, ended: 0, busy: false };
  const shifts: Shift[] = [];
  const open = async (more: Partial<ShiftOptions> = {}): Promise<Shift> => {
    const shift = await openShift({
      ...{ folder: lab.folder, nowMs: () => clock.nowMs, changed: () => undefined, working: () => Promise.resolve() },
      busy: () => told.busy,
      keep: (kept) => {
        told.kept = kept;
      },
      ended: () => {
        told.ended++;
      },
      ...more,
    });
    shifts.push(shift);
    return shift;
  };
  try {
    await work({ lab, clock, told, open });
  } finally {
    for (const shift of shifts) shift.close();
    lab.close();
  }
}

async function refused(act: Promise<unknown>): Promise<string> {
  try {
    await act;
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return "done";
}

const ANSWERS: ShiftAct[] = [
  { act: "answer", question: "basis", kind: "warrant" },
  { act: "answer", question: "basis-number", text: "១២/2026" },
  { act: "answer", question: "offence", code: "04" },
  { act: "answer", question: "exhibit", text: "០១៤២-៣" },
];

test("openShift() is open after the right passphrase, asks until all is answered, and keeps the answers over a crash", () =>
  withShift(async ({ lab, clock, told, open }) => {
    const dara = await lab.officer("dara");
    await lab.list(join(lab.folder.lists, "a.phumf"), [dara.recipient]);
    const shift = await open();
    assert.equal(shift.view().state, "locked");
    assert.equal(shift.view().missing, "officer");
    assert.deepEqual(shift.view().officers, [{ id: dara.id, name: "dara", unit: "Unit" }]);
    assert.equal(await refused(shift.act(ANSWERS[0] as ShiftAct)), "shift/locked");
    await shift.act({ act: "unlock", officer: dara.id, passphrase: "dara" });
    const { state, officer, openUntilMs, list, missing, exhibit } = shift.view();
    assert.deepEqual([state, officer?.name, missing, list?.state], ["open", "dara", "basis", "good"]);
    assert.equal(openUntilMs, clock.nowMs + 12 * HOUR_MS);
    assert.match(exhibit, /^\d{4}-0001$/);
    assert.throws(() => shift.refuseUnready(), { code: "shift/not-ready" });
    for (const act of ANSWERS) await shift.act(act);
    shift.refuseUnready();
    assert.match(shift.basis() ?? "", /១២\/2026 · 04/);
    assert.equal(shift.working?.lists.length, 1);
    // A second program takes over, as after a crash: with what the parent kept, and what is on disk.
    const again = await open({ kept: told.kept });
    assert.deepEqual({ ...again.view(), list: null }, { ...shift.view(), list: null });
    assert.equal(again.working?.id, shift.working?.id);
    assert.deepEqual(again.working?.identity.sign(Buffer.from("x")), shift.working?.identity.sign(Buffer.from("x")));
    assert.doesNotMatch(readFileSync(lab.folder.answers, "utf8"), /AGE-SECRET|dara"/);
    // A locked one comes back locked, but works on.
    await again.act({ act: "lock" });
    const locked = await open({ kept: told.kept });
    assert.equal(locked.view().state, "locked");
    assert.equal(locked.view().exhibit, "", "a locked screen says nothing of the search");
    assert.equal(locked.working?.id, shift.working?.id);
    await locked.act({ act: "unlock", officer: dara.id, passphrase: "dara" });
    assert.deepEqual([locked.view().basis.number, locked.view().exhibit], ["១២/2026", "០១៤២-៣"]);
  }));

test("openShift() makes wrong passphrases wait longer each time, also over a new start, and never locks out", () =>
  withShift(async ({ lab, clock, open }) => {
    const { id } = await lab.officer("dara");
    const shift = await open();
    const attempt = (passphrase: string, on = shift) => refused(on.act({ act: "unlock", officer: id, passphrase }));
    assert.equal(await attempt("wrong"), "identity/passphrase");
    assert.equal(shift.view().nextTryMs, clock.nowMs + 1000);
    assert.equal(await attempt("dara"), "shift/wait");
    clock.nowMs += 1000;
    assert.equal(await attempt(""), "identity/passphrase");
    clock.nowMs += 1999;
    assert.equal(await attempt("dara", await open()), "shift/wait");
    clock.nowMs += 1;
    const both = await Promise.all([attempt("dara"), attempt("dara")]);
    assert.deepEqual(both.sort(), ["done", "shift/wait"], "one try at a time");
    assert.equal(shift.view().nextTryMs, null);
    assert.equal(await attempt("dara"), "done");
    assert.equal(
      await refused(shift.act({ act: "unlock", officer: "0".repeat(64), passphrase: "x" })),
      "shift/no-officer",
    );
  }));

test("openShift() refuses an officer whose certificate has ended, or is another's", () =>
  withShift(async ({ lab, clock, open }) => {
    const { id } = await lab.officer("late", 1);
    const other = await lab.officer("other");
    writeFileSync(join(lab.folder.officers, "other.key"), readFileSync(join(lab.folder.officers, "late.key")));
    writeFileSync(join(lab.folder.officers, "broken.cert"), "{}");
    const shift = await open();
    assert.equal(
      await refused(shift.act({ act: "unlock", officer: other.id, passphrase: "late" })),
      "shift/other-certificate",
    );
    clock.nowMs += 48 * HOUR_MS;
    assert.equal(await refused(shift.act({ act: "unlock", officer: id, passphrase: "late" })), "shift/certificate");
  }));

test("openShift() locks when nothing is pressed, and ends with the shift's hours when nothing is read any more", async () => {
  mock.timers.enable({ apis: ["setInterval"] });
  try {
    await withShift(async ({ lab, clock, told, open }) => {
      const { id } = await lab.officer("dara");
      const sok = await lab.officer("sok");
      const shift = await open();
      const unlock = () => shift.act({ act: "unlock", officer: id, passphrase: "dara" });
      await unlock();
      const untilMs = shift.view().openUntilMs;
      clock.nowMs += 14 * 60_000;
      shift.touched();
      clock.nowMs += 14 * 60_000;
      mock.timers.tick(1000);
      assert.equal(shift.view().state, "open");
      clock.nowMs += 60_000;
      mock.timers.tick(1000);
      assert.equal(shift.view().state, "locked");
      assert.notEqual(shift.working, null, "what is read goes on");
      await unlock();
      assert.equal(shift.view().openUntilMs, untilMs, "the same shift");
      told.busy = true;
      await shift.act({ act: "lock" });
      assert.equal(
        await refused(shift.act({ act: "unlock", officer: sok.id, passphrase: "sok" })),
        "shift/reading-goes-on",
      );
      assert.equal(await refused(shift.act({ act: "practice" })), "shift/reading-goes-on");
      await unlock();
      clock.nowMs = (untilMs ?? 0) + 1;
      shift.touched();
      mock.timers.tick(1000);
      assert.deepEqual([shift.view().state, shift.view().ended, told.ended], ["locked", true, 0]);
      assert.notEqual(told.kept, null, "a crash now must not lose what is read");
      told.busy = false;
      mock.timers.tick(1000);
      assert.deepEqual([told.ended, told.kept, shift.working], [1, null, null]);
      const unlockSok = () => shift.act({ act: "unlock", officer: sok.id, passphrase: "sok" });
      await unlockSok();
      assert.equal(shift.view().officer?.name, "sok");
      assert.equal(shift.view().ended, false);
      assert.equal(shift.view().basis.kind, null, "another shift, another search");
      await shift.act({ act: "lock" });
      assert.equal(shift.view().ended, false, "locked is not ended");
      await unlockSok();
      await shift.act({ act: "end-shift" });
      assert.equal(told.ended, 2);
    });
  } finally {
    mock.timers.reset();
  }
});

test("openShift() refuses to examine with an expired list, and takes a new one that is proved", () =>
  withShift(async ({ lab, open, clock }) => {
    const { id, recipient } = await lab.officer("dara");
    const stranger = await lab.officer("stranger");
    await lab.list(join(lab.folder.lists, "old.phumf"), [recipient], { released: -90, valid: -40, grace: -10 });
    const shift = await open();
    await shift.act({ act: "unlock", officer: id, passphrase: "dara" });
    for (const act of ANSWERS) await shift.act(act);
    assert.deepEqual([shift.view().list?.state, shift.view().missing], ["expired", "list"]);
    assert.throws(() => shift.refuseUnready(), { code: "shift/not-ready" });
    const outside = (name: string) => join(lab.folder.dir, name);
    const take = (path: string) => refused(shift.takeList(createReadStream(path)));
    assert.equal(await take(await lab.list(outside("b"), [stranger.recipient])), "shift/list-not-for-officer");
    const fresh = await lab.list(outside("c"), [recipient]);
    const bytes = readFileSync(fresh);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(outside("d"), bytes);
    assert.equal(await take(outside("d")), "filter/tampered");
    writeFileSync(outside("e"), "no list");
    assert.equal(await take(outside("e")), "filter/not-a-filter");
    assert.equal(await take(fresh), "done");
    assert.deepEqual([shift.view().list?.state, shift.view().missing], ["good", null]);
    assert.equal(shift.working?.lists.length, 1);
    assert.equal(await take(fresh), "shift/list-older");
    const clockLine = () => shift.selfTest.view.lines.find(({ what }) => what === "clock");
    shift.selfTest.begin();
    while (shift.selfTest.view.running) await new Promise((resolve) => setTimeout(resolve, 20));
    const marks = shift.selfTest.view.lines.find(({ what }) => what === "marks");
    assert.equal(marks?.mark, "good");
    assert.ok(Number(marks?.values["count"]) > 16);
    assert.ok(shift.selfTest.view.lines.every(({ mark }) => mark !== "waiting"));
    assert.deepEqual([clockLine()?.mark, clockLine()?.values["compared"], shift.statedMs()], ["look", 0, null]);
    assert.equal(await refused(shift.act({ act: "clock", phone: "soon" })), "shift/phone-time");
    const phoneMs = clock.nowMs + 7 * 60_000;
    const phone = `${dayWritten(phoneMs)} ${new Date(phoneMs).toTimeString().slice(0, 5)}`;
    await shift.act({ act: "clock", phone });
    assert.deepEqual([clockLine()?.values["minutes"], shift.view().clock], [7, { minutesAhead: 7 }]);
    assert.equal(shift.statedMs(), phoneMs);
    await shift.act({ act: "clock", phone: null });
    assert.deepEqual([clockLine()?.mark, shift.statedMs()], ["good", clock.nowMs]);
  }));

test("the self-test of a locked kit says that only the list's officer can try it, and stops nothing", () =>
  withShift(async ({ lab, open }) => {
    const { recipient } = await lab.officer("dara");
    await lab.list(join(lab.folder.lists, "a.phumf"), [recipient]);
    const shift = await open();
    await shift.act({ act: "self-test" });
    while (shift.selfTest.view.running) await new Promise((resolve) => setTimeout(resolve, 20));
    const { lines } = shift.selfTest.view;
    const marks = lines.find(({ what }) => what === "marks");
    assert.deepEqual(marks, { what: "marks", mark: "look", values: { found: 0, count: 0, locked: 1 } });
    assert.ok(
      lines.every(({ mark }) => mark === "good" || mark === "look"),
      JSON.stringify(lines),
    );
    assert.equal(lines.find(({ what }) => what === "clock")?.values["compared"], undefined);
    assert.equal(await refused(shift.act({ act: "clock", phone: null })), "shift/locked");
  }));

test("openShift() takes the agency's vocabulary of offences, and no other's", () =>
  withShift(async ({ lab, clock, open }) => {
    await lab.officer("dara");
    const wording = {
      agency: "Agency",
      offences: [{ code: "02" as const, words: { en: "Article 1", km: "មាត្រា ១" } }],
    };
    const file = signOffences(wording, lab.agency, clock.nowMs);
    writeFileSync(lab.folder.offences, canonicalText(file));
    assert.deepEqual((await open()).view().offences, wording.offences);
    writeFileSync(lab.folder.offences, canonicalText({ ...file, agency: "Another" }));
    assert.equal(await refused(open()), "shift/offences");
  }));

test("second() opens with another officer's passphrase, never with one's own", () =>
  withShift(async ({ lab, open }) => {
    const { id } = await lab.officer("dara");
    const sok = await lab.officer("sok");
    const shift = await open();
    await shift.act({ act: "unlock", officer: id, passphrase: "dara" });
    assert.equal((await shift.second(sok.id, "sok")).name, "sok");
    assert.equal(await refused(shift.second(id, "dara")), "shift/no-officer");
    assert.equal(await refused(shift.second(sok.id, "wrong")), "identity/passphrase");
    assert.equal(shift.view().officer?.name, "dara");
  }));

test("openShift() says why practice could not be made, when it is asked for again", () =>
  withShift(async ({ lab, open }) => {
    mkdirSync(lab.folder.practice);
    writeFileSync(join(lab.folder.practice, "something"), "else");
    const shift = await open();
    await shift.act({ act: "practice" });
    assert.equal(shift.view().practice, true);
    while (shift.view().state === "open") await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await refused(shift.act({ act: "practice" })), "shift/practice");
    assert.equal(shift.view().state, "locked");
  }));
