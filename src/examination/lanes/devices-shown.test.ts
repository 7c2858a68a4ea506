import assert from "node:assert/strict";
import { test } from "node:test";
import { LANGUAGES } from "#base/words";
import { exhibitAfter, timeText } from "./device-words.ts";
import { devicesShown, pluggedSpoken } from "./devices-shown.ts";
import { sampleDevice, sampleView } from "./lane-samples.ts";
import type { DeviceView } from "./lanes-view.ts";

const stick = sampleDevice();
const disk = sampleDevice({ key: "2", kind: "disk", sizeBytes: 1_000_204_886_016, serial: "WX41-A93K-7702" });
const phone = sampleDevice({ key: "3", kind: "phone", sizeBytes: null, serial: null, state: "phone", chosen: false });
const own = sampleDevice({ key: "4", kind: "disk", own: true, state: "own", chosen: true });

test("devicesShown() counts what can be examined, sets own disks apart and names the number on the button", () => {
  const shown = devicesShown("en", sampleView({ devices: [stick, own, disk, phone] }), "2026-0142-3");
  assert.equal(shown.title, "2 devices are plugged in");
  assert.equal(shown.go.word, "Examine 2 devices");
  assert.equal(shown.go.why, null);
  assert.equal(shown.own, true);
  assert.deepEqual(
    shown.plates.map(({ key, look, exhibit }) => [key, look, exhibit]),
    [
      ["1", "tick", "Exhibit \u20682026-0142-3\u2069"],
      ["2", "tick", "Exhibit \u20682026-0142-4\u2069"],
      ["3", "flat", null],
    ],
  );
  assert.equal(shown.plates[0]?.name, "USB stick 16\u00A0GB");
  assert.match(shown.plates[2]?.lines[0] ?? "", /does not read phones/);
});

test("devicesShown() in Khmer has Khmer digits, and the serial number as it was written", () => {
  const shown = devicesShown("km", sampleView({ devices: [stick, disk] }), "2026-0142-3");
  assert.equal(shown.title, "មានឧបករណ៍ ២ បានដោត");
  assert.equal(shown.go.word, "ពិនិត្យឧបករណ៍ ២");
  assert.equal(shown.plates[0]?.name, "ថាស USB ១៦\u00A0GB");
  assert.match(shown.plates[0]?.serial ?? "", /4C53-2208-0001/);
});

test("devicesShown() never ticks the computer's own disk, a phone or a device that cannot be opened", () => {
  for (const state of ["own", "phone", "cannot-open", "needs-rights", "opening", "examining"] as const) {
    const device = sampleDevice({ state, chosen: true, own: state === "own" });
    const shown = devicesShown("en", sampleView({ devices: [device] }), "1");
    assert.equal(
      shown.plates.some(({ look, chosen }) => look === "tick" || chosen),
      false,
      state,
    );
    assert.equal(shown.go.why, "Tick a device first.");
  }
});

test("devicesShown() says a sentence for every state but ready, in both languages", () => {
  const states: DeviceView["state"][] = [
    "opening",
    "cannot-open",
    "phone",
    "examining",
    "mounted-writable",
    "needs-rights",
  ];
  for (const language of LANGUAGES) {
    for (const state of states) {
      const [plate] = devicesShown(language, sampleView({ devices: [sampleDevice({ state })] }), "1").plates;
      assert.equal(plate?.lines.length, 1, state);
    }
  }
});

test("devicesShown() asks about a ticked device this computer could write to, or must give rights for, and no other", () => {
  const writable = sampleDevice({ key: "9", state: "mounted-writable", asksRights: true });
  const left = sampleDevice({ key: "10", state: "mounted-writable", chosen: false });
  const denied = sampleDevice({ key: "11", asksRights: true });
  const { asks, plates } = devicesShown("en", sampleView({ devices: [stick, writable, left, denied] }), "1");
  const keys = (of: { key: string }[]): string[] => of.map(({ key }) => key);
  assert.deepEqual([keys(asks.writable), keys(asks.rights)], [["9"], ["9", "11"]]);
  assert.deepEqual(plates[3]?.lines, ["This laptop asks for its administrator’s password first."]);
});

test("devicesShown() says when more are ticked than are read at once, and when none is there", () => {
  const two = sampleView({ devices: [stick, disk], atOnce: 1 });
  assert.equal(devicesShown("en", two, "1").queue, "Read at once: 1. The others wait for their turn.");
  const none = devicesShown("en", sampleView({ devices: [own] }), "1");
  assert.equal(none.title, "Plug in the device now");
  assert.equal(none.empty, true);
});

test("devicesShown() shows an earlier examination, and still lets it be ticked", () => {
  const seen = sampleDevice({ examinedBefore: { atMs: Date.UTC(2026, 10, 22, 12), exhibit: "2026-0142-3" } });
  const [plate] = devicesShown("en", sampleView({ devices: [seen] }), "9").plates;
  assert.equal(plate?.look, "tick");
  assert.equal(plate?.lines[0], "This device was examined on 22 November 2026 (exhibit \u20682026-0142-3\u2069).");
});

test("devicesShown() makes a hostile model and serial number harmless", () => {
  const hostile = sampleDevice({ model: "\u202E<script>", serial: "A\u2069\u0000B" });
  const [plate] = devicesShown("en", sampleView({ devices: [hostile] }), "1").plates;
  assert.equal(plate?.serial, "\u2068⟨U+202E⟩<script>\u2069 · Serial \u2068A⟨U+2069⟩⟨U+0000⟩B\u2069");
});

test("pluggedSpoken() says what came, what went and how many will be examined", () => {
  const spoken = pluggedSpoken("en", [disk], sampleView({ devices: [stick, own] }));
  assert.equal(
    spoken,
    "USB stick 16 gigabytes, plugged in and ticked. Hard disk 1 terabyte was pulled out. 1 device will be examined.",
  );
  assert.equal(pluggedSpoken("en", [stick], sampleView({ devices: [stick] })), null);
});

for (const [first, steps, want] of [
  ["2026-0142-3", 0, "2026-0142-3"],
  ["2026-0142-3", 1, "2026-0142-4"],
  ["2026-0142-9", 1, "2026-0142-10"],
  ["A-007", 2, "A-009"],
  ["A-099", 1, "A-100"],
  ["ក-២០២៦-៩", 1, "ក-២០២៦-១០"],
  ["12/x", 1, "13/x"],
  ["bag", 1, "bag-2"],
  ["99999999999999999999", 1, "100000000000000000000"],
] as const) {
  test(`exhibitAfter() ${first}, ${steps} on, is ${want}`, () => {
    assert.equal(exhibitAfter(first, steps), want);
  });
}

for (const [seconds, en] of [
  [0, "1 min"],
  [59, "1 min"],
  [61, "2 min"],
  [600, "10 min"],
  [601, "15 min"],
  [3600, "1 h"],
  [3601, "1 h 30 min"],
  [8900, "2 h 30 min"],
] as const) {
  test(`timeText() of ${seconds} s is ${en}`, () => {
    assert.equal(timeText("en", seconds), en);
  });
}
