import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "#base/faults";
import { coveredLanes } from "./covered-lanes.ts";
import { faultAnswer } from "./fault-answer.ts";
import { kitActIn } from "./kit-acts.ts";
import type { KitView } from "./kit-view.ts";

const KEY = "a".repeat(64);

test("kitActIn() takes every act of the officer's app, as it is", () => {
  const second = { officer: KEY, passphrase: "p" };
  const acts = [
    { act: "unlock", officer: KEY, passphrase: "ឃ្លា" },
    ...["practice", "lock", "end-shift", "self-test", "understood", "hold", "release", "cover"].map((act) => ({ act })),
    { act: "clock", phone: "2026-11-25 14:08" },
    { act: "clock", phone: null },
    { act: "answer", question: "basis", kind: "consent" },
    { act: "answer", question: "exhibit", text: "០១" },
    { act: "answer", question: "basis-number", text: "" },
    { act: "answer", question: "offence", code: "04" },
    { act: "choose", device: "d1", chosen: false },
    { act: "examine", consent: ["d1"] },
    { act: "examine", consent: [], elevate: ["d1"] },
    { act: "go-on", lane: "1", agreed: "rights" },
    { act: "add-path", path: "/a" },
    ...["pause", "go-on", "stop", "read-on", "end-here"].map((act) => ({ act, lane: "12" })),
    { act: "look", lane: "1", index: 0, reason: "prosecutor", second },
    { act: "look", lane: "1", index: 0, reason: "match-in-doubt", second: null },
    { act: "categorise", lane: "1", index: 3, category: null },
    { act: "note", lane: "1", index: 3, text: "seen" },
    { act: "seal", lane: "1", folder: "/media/x" },
  ];
  for (const act of acts) assert.deepEqual(kitActIn(act), act);
});

test("kitActIn() refuses whatever else", () => {
  const others: unknown[] = [null, 1, "lock", [], {}, { act: "format" }, { act: "__proto__" }];
  others.push({ act: "lock", more: 1 }, { act: "unlock", officer: "x", passphrase: "p" });
  others.push(
    { act: "unlock", officer: KEY, passphrase: "p".repeat(1001) },
    { act: "answer", question: "basis", kind: "none" },
  );
  others.push({ act: "stop", lane: "01" }, { act: "stop", lane: "../1" }, { act: "stop", lane: 1 });
  others.push(
    { act: "categorise", lane: "1", index: -1, category: 3 },
    { act: "categorise", lane: "1", index: 1, category: 10 },
  );
  others.push({ act: "look", lane: "1", index: 0, reason: "curious", second: null }, { act: "examine", consent: "d1" });
  for (const other of others) assert.equal(kitActIn(other), undefined, JSON.stringify(other));
});

test("faultAnswer() says a Fault in both languages, and of what nobody foresaw nothing", () => {
  const { fault } = faultAnswer(new Fault("shift/wait", "m", { values: { seconds: 12 }, place: "here" }));
  assert.match(fault.words.en, /12 s/);
  assert.match(fault.words.km, /១២/);
  assert.equal(fault.place, "here");
  const secret = JSON.stringify(faultAnswer(new Error("AGE-SECRET-KEY-1")));
  assert.doesNotMatch(secret, /SECRET/);
  assert.match(secret, /kit\/unforeseen/);
});

test("coveredLanes() says that it is read, not of what, nor what was found", () => {
  const device = { kind: "stick", model: "SanDisk", serial: "4C53", sizeBytes: 16e9 } as const;
  const lane: KitView["lanes"]["lanes"][number] = {
    ...{
      key: "1",
      device,
      exhibit: "0142-4",
      practice: false,
      state: "reading",
      fraction: 0.4,
      bytesRead: 1,
      bytesTotal: 2,
    },
    ...{ tape: [], boundBytes: 40_000, confidence: 0.99, bytesPerSecond: 1, secondsLeft: 9, hits: 3, red: true },
    ...{ unreadBytes: 1, unreadPlaces: 1, wentOn: null, lamp: "do-not-unplug", answer: null, fault: null, asks: null },
  };
  const [covered] = coveredLanes({ devices: [], lanes: [lane], writeBlocker: false, atOnce: 1 }).lanes;
  assert.deepEqual([covered?.state, covered?.lamp, covered?.fraction], ["reading", "do-not-unplug", 0.4]);
  assert.doesNotMatch(JSON.stringify(covered), /SanDisk|4C53|0142|true/);
  assert.equal(covered?.hits, 0);
});
