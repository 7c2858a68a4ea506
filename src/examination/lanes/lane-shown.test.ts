import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES } from "#base/words";
import { sampleLane } from "./lane-samples.ts";
import { examiningTitle, inOrderOfAnswers, laneShown, nextPress } from "./lane-shown.ts";
import type { LaneState, LaneView } from "./lanes-view.ts";

const answer = (verdict: "red" | "amber" | "green"): NonNullable<LaneView["answer"]> => ({
  verdict,
  reasons: verdict === "red" ? ["listed-blocks"] : verdict === "amber" ? ["encrypted"] : [],
  digest: "0".repeat(64),
  sealed: false,
});
const red = (more: Partial<LaneView> = {}): LaneView => sampleLane({ hits: 3, red: true, boundBytes: null, ...more });

test("laneShown() of a lane that is read says what is true so far, the bound and four readouts", () => {
  const shown = laneShown("en", sampleLane());
  assert.deepEqual(shown.band, { look: "plain", sentence: "Nothing found so far", text: null });
  assert.equal(shown.percent, "41");
  assert.equal(shown.bound?.value, "39.7\u00A0kB");
  assert.equal(shown.bound?.spoken, "Could still be unseen: less than 39.7 kilobytes.");
  assert.deepEqual(
    shown.readouts.map(({ value }) => value),
    ["2 min", "82 MB/s", "nothing", "nothing"],
  );
  assert.deepEqual(
    shown.buttons.map(({ act }) => act),
    ["pause", "stop"],
  );
});

test("laneShown() in red says so in every state, and the bound gives way", () => {
  for (const state of ["reading", "paused", "pulled", "other-device", "finishing", "answered", "failed"] as const) {
    const shown = laneShown("en", red({ state, answer: state === "answered" ? answer("red") : null }));
    assert.equal(shown.band?.look, "red", state);
    assert.equal(shown.band?.sentence, "RED: material from the list is here");
    assert.equal(shown.bound, null);
  }
  assert.match(laneShown("en", red()).band?.text ?? "", /Red stays red/);
});

test("laneShown() never says that nothing was found where something was", () => {
  const states: LaneState[] = ["reading", "paused", "pulled", "other-device", "finishing", "failed"];
  for (const state of states) {
    for (const lane of [red({ state }), sampleLane({ hits: 1, boundBytes: null, state })]) {
      const { band, fault, readouts } = laneShown("en", lane);
      assert.doesNotMatch(`${band?.sentence} ${band?.text} ${fault?.title} ${fault?.text}`, /Nothing found/, state);
      assert.equal(readouts[2]?.value, lane.hits === 1 ? "1 place" : "3 places");
    }
  }
  assert.equal(laneShown("en", sampleLane({ hits: 1 })).band?.look, "amber");
});

test("laneShown() of a pulled-out device keeps its percentage, says what to do and offers to end here", () => {
  const shown = laneShown("en", sampleLane({ state: "pulled", lamp: "not-plugged", secondsLeft: null }));
  assert.equal(shown.band, null);
  assert.equal(shown.fault?.title, "Pulled out at 41 %");
  assert.equal(shown.lamp.word, "Not plugged in");
  assert.deepEqual(
    shown.readouts.slice(0, 2).map(({ value }) => value),
    ["–", "–"],
  );
  assert.deepEqual(shown.buttons, [{ act: "end-here", word: "End here" }]);
});

test("laneShown() of a different device names the serial number that is asked for, made visible", () => {
  const lane = sampleLane({ state: "other-device", device: { ...sampleLane().device, serial: "4C\u202E53" } });
  assert.match(laneShown("en", lane).fault?.title ?? "", /\u20684C⟨U\+202E⟩53\u2069/);
  const untold = sampleLane({ state: "other-device", device: { ...sampleLane().device, serial: null } });
  assert.equal(laneShown("en", untold).fault?.title, "This is a different device. Plug in the first one again.");
});

test("laneShown() of a failed lane says the Fault in words, with nothing invisible in it, and how to go on", () => {
  const words = { en: "why \u202E", km: "ហេតុ" };
  const failed = (more: object): LaneView =>
    sampleLane({ state: "failed", fault: { code: "source/gone", values: {}, ...more } });
  assert.deepEqual(laneShown("en", failed({ words })).fault, {
    title: "This examination could not go on",
    text: "why ⟨U+202E⟩",
  });
  assert.match(laneShown("en", failed({})).fault?.text ?? "", /Nothing that was read is lost/);
  assert.deepEqual(
    laneShown("en", failed({})).buttons.map(({ act }) => act),
    ["end-here", "go-on"],
  );
});

test("laneShown() has a sentence for every state in both languages", () => {
  const states: LaneState[] = [
    "queued",
    "starting",
    "reading",
    "paused",
    "pulled",
    "other-device",
    "finishing",
    "failed",
  ];
  for (const language of LANGUAGES) {
    for (const state of states) {
      const shown = laneShown(language, sampleLane({ state }));
      assert.notEqual(shown.band?.sentence ?? shown.fault?.title ?? "", "", `${language} ${state}`);
    }
    for (const verdict of ["red", "amber", "green"] as const) {
      const shown = laneShown(language, sampleLane({ state: "answered", answer: answer(verdict) }));
      assert.equal(shown.band?.look, verdict);
      assert.deepEqual(shown.buttons, []);
    }
  }
});

test("laneShown() of green says the percentage beside the word", () => {
  const shown = laneShown("en", sampleLane({ state: "answered", answer: answer("green") }));
  assert.deepEqual(shown.band, {
    look: "green",
    sentence: "Finished: GREEN",
    text: "Nothing found in the 41 % that was read.",
  });
});

test("laneShown() says when it went on and that the device is slow", () => {
  const lane = sampleLane({ wentOn: { fraction: 0.41, atMs: 0 }, slowBySeconds: 340 });
  const { lines } = laneShown("en", lane);
  assert.match(lines[0] ?? "", /^Went on from 41 % at \d\d:\d\d$/);
  assert.equal(lines[1], "This device is slow. 6 min more than thought.");
});

test("laneShown() says that comparing comes after reading, and then how far that is", () => {
  const after = laneShown("en", sampleLane({ comparing: "after" }));
  assert.deepEqual(after.lines, ["After reading, pictures are compared with the list. That takes more time."]);
  const now = sampleLane({ comparing: { done: 1200, total: 4000 }, bytesPerSecond: 0, secondsLeft: 90 });
  const shown = laneShown("en", now);
  assert.deepEqual(shown.lines, ["Pictures and videos are compared with the list: 1,200 of 4,000 files."]);
  assert.equal(shown.readouts[0]?.value, "2 min");
  assert.match(laneShown("km", now).lines[0] ?? "", /១/);
  assert.deepEqual(laneShown("en", { ...now, state: "finishing" }).lines, []);
});

test("nextPress() appears with the first answer and names it", () => {
  const reading = sampleLane();
  const done = sampleLane({ key: "2", state: "answered", answer: answer("green") });
  assert.equal(nextPress("en", [reading]), null);
  assert.deepEqual(nextPress("en", [reading, done]), { lane: "2", word: "See the answer" });
  assert.deepEqual(nextPress("en", [reading, done, red({ key: "3" })]), { lane: "3", word: "See the red answer" });
});

test("inOrderOfAnswers() is red, amber, green; each in the order of plugging; lanes without one are not in it", () => {
  const lanes = [
    sampleLane({ key: "1", answer: answer("green") }),
    sampleLane({ key: "2" }),
    sampleLane({ key: "3", answer: answer("amber") }),
    red({ key: "4" }),
    sampleLane({ key: "5", answer: answer("red"), red: true }),
    sampleLane({ key: "6", answer: answer("green") }),
  ];
  assert.equal(
    inOrderOfAnswers(lanes)
      .map(({ key }) => key)
      .join(""),
    "45316",
  );
});

test("laneShown() of a lane that asks says what to do in its own words, not in those of the command line", () => {
  const words = { en: "Start again with --elevate sudo.", km: "--elevate sudo" };
  const text = (code: string, asks: LaneView["asks"]): string | undefined =>
    laneShown("en", sampleLane({ state: "failed", asks, fault: { code, values: {}, words } })).fault?.text;
  assert.match(text("triage/consent", "writable") ?? "", /^This laptop can write to this device\./);
  assert.match(text("source/elevation", "rights") ?? "", /^The right to read this device was not given\./);
  assert.match(text("source/rights", null) ?? "", /^This laptop does not let Phum read this device\./);
  assert.equal(text("source/missing", null), words.en);
});

test("examiningTitle() counts lanes that still go, and does not call finished what needs somebody", () => {
  const stands = sampleLane({ state: "failed", fault: { code: "source/elevation", values: {} } });
  assert.equal(examiningTitle("en", [stands]).title, "Something needs you");
  assert.equal(examiningTitle("km", [sampleLane(), red({ key: "2" })]).title, "កំពុងពិនិត្យឧបករណ៍ ២");
  assert.equal(examiningTitle("en", [sampleLane({ state: "answered", answer: answer("green") })]).title, "Finished");
  assert.equal(examiningTitle("en", []).title, "No device is being examined");
});
