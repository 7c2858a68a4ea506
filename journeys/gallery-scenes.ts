// Every screen in every state, as the program would show it: for tests of the screens and for looking at them.
import type { KitView } from "#apps/kit";
import { answered, DISK, device, HOSTILE, lane, own, phone, redLane, tape } from "./gallery-lanes.ts";
import { ALIKE, ALIKE_ROWS, EVERY_REASON, FOLDER, ROWS, row, WEAKEST } from "./gallery-reports.ts";
import { EMPTY, HOUR_MS, LIST, LOCKED, NOW_MS, OFFICERS, PRACTICE, type Scene, scene } from "./gallery-view.ts";

const WRONG = {
  code: "shift/wrong-passphrase",
  words: {
    en: "That passphrase is not right. Try again. Nothing is lost.",
    km: "ឃ្លាសម្ងាត់មិនត្រឹមត្រូវ។ សូមព្យាយាមម្ដងទៀត។ គ្មានអ្វីបាត់ទេ។",
  },
};

const starts: Scene[] = [
  scene("locked", "", { shift: LOCKED }),
  scene(
    "locked-wrong",
    "",
    { shift: LOCKED },
    {
      refuses: { unlock: WRONG },
      steps: [{ press: ".choice" }, { fill: ["#passphrase", "not this one"] }, { key: "Enter" }],
    },
  ),
  scene("locked-wait", "", { shift: { ...LOCKED, nextTryMs: NOW_MS + 30_000 } }),
  scene("locked-ended", "", { shift: { ...LOCKED, ended: true }, lanes: { lanes: [lane()] } }),
  scene("over", "", { shift: { ...LOCKED, ended: true } }, { silent: true }),
  scene("locked-empty", "", { shift: { ...LOCKED, officers: [] } }),
  scene("locked-reading", "", { shift: LOCKED, lanes: { lanes: [lane()] } }),
  scene("start", "start", { shift: { missing: "basis", basis: { ...EMPTY, number: "214/2026", offence: "04" } } }),
  scene("start-empty", "start", { shift: { missing: "basis", basis: EMPTY } }),
  scene("start-done", "start", {}),
  scene("start-soon", "start", { shift: { list: { ...LIST, state: "soon", daysLeft: 3 } } }),
  scene("start-grace", "start", {
    shift: { list: { ...LIST, state: "grace", daysLeft: -3, validUntil: "2026-11-19T00:00:00.000Z" } },
  }),
  scene("start-end", "start", {}, { steps: [{ press: ".row.tight .key:last-child" }] }),
  scene("start-compared", "start", { shift: { clock: { minutesAhead: -7 } } }),
  scene("start-clock", "start", {}, { steps: [{ press: "[aria-label^=Compare]" }, { press: ".choice >> nth=-1" }] }),
  scene("start-expired", "start", {
    shift: {
      missing: "list",
      list: { ...LIST, state: "expired", daysLeft: -22, validUntil: "2026-10-31T00:00:00.000Z" },
    },
  }),
  scene("start-missing", "start", { shift: { missing: "list", list: null } }),
  scene("start-practice", "start", { shift: PRACTICE }),
  scene("making", "devices", { shift: PRACTICE, rest: { making: 0.62 } }),
];

const MARKS: KitView["selfTest"]["lines"] = [
  { what: "marks", mark: "good", values: { found: 64, count: 64 } },
  { what: "age", mark: "good", values: { days: 4, daysLeft: 39 } },
  { what: "clock", mark: "look", values: { nowMs: NOW_MS, compared: 0, minutes: 0 } },
  { what: "speed", mark: "good", values: { bytesPerSecond: 412e6, sizeBytes: 16e9, minutes: 3 } },
  { what: "room", mark: "good", values: { freeBytes: 38e9 } },
  { what: "battery", mark: "look", values: { percent: 41, hours: 1.2 } },
];
const tests: Scene[] = [
  scene("self-test", "self-test", { selfTest: { atMs: NOW_MS, lines: MARKS } }),
  scene("self-test-locked", "self-test", {
    shift: LOCKED,
    selfTest: {
      atMs: NOW_MS,
      lines: MARKS.map((line) =>
        line.what === "marks"
          ? { ...line, mark: "look", values: { found: 0, count: 0, locked: 1 } }
          : line.what === "clock"
            ? { ...line, mark: "good", values: { nowMs: NOW_MS } }
            : line,
      ),
    },
  }),
  scene("self-test-running", "self-test", {
    selfTest: {
      running: true,
      lines: MARKS.map((line, i) => (i < 2 ? line : { ...line, mark: "waiting", values: {} })),
    },
  }),
  scene("self-test-not", "self-test", {
    selfTest: {
      atMs: NOW_MS,
      lines: MARKS.map((line) =>
        line.what === "age" ? { ...line, mark: "stop", values: { days: 91, daysLeft: -60 } } : line,
      ),
    },
  }),
];

const TWO = [device(), device(DISK)];
const devices: Scene[] = [
  scene("devices", "devices", { lanes: { devices: [...TWO, phone, own] } }),
  scene("devices-empty", "devices", { lanes: { devices: [own], writeBlocker: false } }),
  scene("devices-states", "devices", {
    lanes: {
      writeBlocker: false,
      devices: [
        device({ key: "1", state: "opening", sizeBytes: null, serial: null, chosen: false }),
        device({ key: "2", state: "cannot-open", chosen: false, justPlugged: false }),
        device({ key: "4", state: "mounted-writable", readOnly: "no" }),
        device({ key: "5", state: "needs-rights", chosen: false }),
        device({ key: "6", kind: "card", examinedBefore: { atMs: NOW_MS - 48 * HOUR_MS, exhibit: "2026-0142-2" } }),
        device({ key: "7", kind: "image", model: "disk-copy.E01", serial: null }),
        device({ key: "8", state: "examining", chosen: false }),
        own,
      ],
    },
  }),
  scene(
    "devices-path",
    "devices",
    { lanes: { devices: [own] } },
    { steps: [{ press: ".keys .key:not(.go):not(.left)" }] },
  ),
  scene(
    "devices-consent",
    "devices",
    { lanes: { devices: [device({ state: "mounted-writable", readOnly: "no" }), own], writeBlocker: false } },
    { steps: [{ press: ".key.go" }] },
  ),
  scene(
    "devices-rights",
    "devices",
    { lanes: { devices: [device({ asksRights: true }), device({ ...DISK, asksRights: true, chosen: false }), own] } },
    { steps: [{ press: ".key.go" }] },
  ),
  scene("practice-tour", "devices", { shift: PRACTICE, lanes: { devices: [practiceStick()] } }, { tour: true }),
  scene("practice", "devices", { shift: PRACTICE, lanes: { devices: [practiceStick(), own] } }),
];

function practiceStick() {
  return device({ kind: "practice", serial: "PRACTICE-0001", sizeBytes: 256e6, readOnly: "kernel" });
}

const FAILED = { state: "failed", lamp: "safe" } as const;
const PULLED = lane({ state: "pulled", lamp: "not-plugged" });
const examining: Scene[] = [
  scene("examining", "examining", { lanes: { lanes: [lane(), redLane()] } }),
  scene("examining-starting", "examining", {
    lanes: {
      lanes: [
        lane({
          state: "starting",
          fraction: 0,
          bytesRead: 0,
          tape: tape(0),
          boundBytes: null,
          bytesPerSecond: 0,
          secondsLeft: null,
        }),
      ],
    },
  }),
  scene("examining-paused", "examining", {
    lanes: { lanes: [lane({ state: "paused", lamp: "safe" }), redLane({ state: "paused", lamp: "safe" })] },
  }),
  scene("examining-pulled", "examining", {
    lanes: { lanes: [PULLED, redLane({ wentOn: { fraction: 0.1, atMs: NOW_MS } })] },
  }),
  scene("examining-other", "examining", { lanes: { lanes: [{ ...PULLED, state: "other-device" }] } }),
  scene("examining-finished", "examining", {
    lanes: {
      lanes: [answered(lane({ fraction: 1, bytesRead: 16e9, tape: tape(1) }), "green"), answered(redLane(), "red")],
    },
  }),
  scene("examining-failed", "examining", {
    lanes: { lanes: [lane({ ...FAILED, fault: { code: "sources/unreadable", values: {} } })] },
  }),
  scene("examining-rights", "examining", {
    lanes: {
      lanes: [lane({ ...FAILED, asks: "rights", fault: { code: "source/elevation", values: {} } })],
    },
  }),
  scene(
    "examining-consent",
    "examining",
    { lanes: { lanes: [lane({ ...FAILED, asks: "writable", fault: { code: "triage/consent", values: {} } })] } },
    { steps: [{ press: ".lane .key:last-child" }] },
  ),
  scene("examining-many", "examining", {
    lanes: {
      lanes: [
        lane({ slowBySeconds: 360 }),
        redLane(),
        lane({ key: "3", exhibit: "2026-0142-5", hits: 1, tape: tape(0.41, { found: [20] }) }),
        lane({ key: "4", exhibit: "2026-0142-6", state: "finishing", fraction: 1, tape: tape(1) }),
        lane({
          key: "5",
          exhibit: "2026-0142-7",
          state: "queued",
          fraction: 0,
          bytesRead: 0,
          tape: tape(0),
          boundBytes: null,
          secondsLeft: null,
        }),
      ],
    },
  }),
  scene("examining-stop", "examining", { lanes: { lanes: [lane()] } }, { steps: [{ press: ".lane .key:last-child" }] }),
  scene("examining-none", "examining", {}),
  scene("lost-touch", "examining", { lanes: { lanes: [lane()] } }, { silent: true }),
  scene("restarted", "examining", { lanes: { lanes: [lane()] }, rest: { restarted: true } }),
];

const RED = answered(redLane(), "red", ["listed-file"]);
const GREEN = answered(lane(), "green");
const AMBER = answered(
  redLane({
    hits: 1,
    red: false,
    fraction: 0.37,
    bytesRead: 370e9,
    unreadBytes: 0,
    unreadPlaces: 0,
    tape: tape(0.37, { found: [18], unread: [44, 45, 46, 47] }),
    exhibit: "2026-0142-5",
  }),
  "amber",
  ["hit-single", "encrypted"],
);
const FULL = answered(lane({ fraction: 1, bytesRead: 16e9, tape: tape(1), boundBytes: 4096 }), "green");
const answers: Scene[] = [
  scene("answer-red", "answer-2", { lanes: { lanes: [GREEN, RED] } }),
  scene("answer-amber", "answer-2", { lanes: { lanes: [AMBER] } }),
  scene("answer-green", "answer-1", { lanes: { lanes: [GREEN] } }),
  scene("answer-green-full", "answer-1", { lanes: { lanes: [FULL] } }),
  scene("answer-reasons", "answer-2", { lanes: { lanes: [AMBER] } }, { report: EVERY_REASON }),
  scene("answer-folder", "answer-1", { lanes: { lanes: [GREEN] } }, { report: FOLDER }),
  scene("answer-weakest", "answer-1", { lanes: { lanes: [GREEN] } }, { report: WEAKEST }),
  scene("answer-live", "answer-2", { lanes: { lanes: [redLane()] } }),
  scene("answer-practice", "answer-2", {
    shift: PRACTICE,
    lanes: { lanes: [{ ...RED, practice: true, exhibit: "PRACTICE-1" }] },
  }),
];

const FINDINGS = { lanes: { lanes: [RED] } };
const ASK = ".find .acts .key:nth-child(2)";
const findings: Scene[] = [
  scene("findings", "findings-2", FINDINGS, { rows: ROWS }),
  scene("findings-series", "findings-2", FINDINGS, {
    ...{ rows: ALIKE_ROWS, report: ALIKE },
    steps: [{ press: ".tabs .key:nth-child(2)" }],
  }),
  scene("findings-ask", "findings-2", FINDINGS, { rows: ROWS, steps: [{ press: ASK }] }),
  scene("findings-note", "findings-2", FINDINGS, { rows: ROWS, steps: [{ press: ".find .acts .key" }] }),
  scene("findings-empty", "findings-1", { lanes: { lanes: [GREEN] } }, { rows: [] }),
  scene(
    "findings-limit",
    "findings-2",
    {
      ...FINDINGS,
      looking: {
        budget: { items: 20, itemsLimit: 20, seconds: 431, secondsLimit: 600, breakDue: true, reached: true },
      },
    },
    { rows: ROWS },
  ),
  scene(
    "findings-look",
    "findings-2",
    {
      ...FINDINGS,
      looking: { look: { lane: "2", index: 0, untilMs: NOW_MS + 600_000 } },
    },
    { rows: ROWS },
  ),
  scene("report", "report-2", { lanes: { lanes: [RED] } }),
  scene("report-sealed", "report-2", {
    lanes: { lanes: [RED.answer === null ? RED : { ...RED, answer: { ...RED.answer, sealed: true } }] },
  }),
  scene("report-print", "report-2", { lanes: { lanes: [RED] } }, { steps: [{ press: ".key.go" }] }),
  scene(
    "report-seal",
    "report-2",
    { lanes: { lanes: [RED] } },
    { steps: [{ press: ".keys .key:not(.go):not(.left)" }] },
  ),
  scene(
    "report-changed",
    "report-2",
    { lanes: { lanes: [RED] } },
    {
      report: {
        fault: {
          code: "report/tampered",
          words: {
            en: "This report has been changed: seal. Do not use it.",
            km: "របាយការណ៍នេះត្រូវបានកែប្រែ៖ seal។ សូមកុំប្រើ។",
          },
        },
      },
    },
  ),
  scene("report-writing", "report-2", { lanes: { lanes: [redLane({ state: "finishing" })] } }),
];

const foreign = { model: HOSTILE, serial: HOSTILE };
const hostile: Scene[] = [
  scene("hostile-locked", "", {
    shift: { ...LOCKED, officers: [{ id: "1", name: HOSTILE, unit: HOSTILE }, ...OFFICERS] },
  }),
  scene("hostile-start", "start", {
    shift: {
      exhibit: HOSTILE,
      basis: { kind: "consent", number: HOSTILE, offence: "04" },
      list: { ...LIST, name: HOSTILE, release: HOSTILE },
      officer: { id: "1", name: HOSTILE, unit: HOSTILE },
    },
  }),
  scene("hostile-devices", "devices", {
    lanes: {
      devices: [
        device({ ...foreign, kind: "image" }),
        device({ ...foreign, key: "2", examinedBefore: { atMs: NOW_MS, exhibit: HOSTILE } }),
      ],
    },
  }),
  scene("hostile-examining", "examining", {
    lanes: {
      lanes: [
        lane({ device: { kind: "stick", sizeBytes: 16e9, ...foreign }, exhibit: HOSTILE }),
        redLane({ device: { kind: "image", sizeBytes: 1e12, ...foreign }, exhibit: HOSTILE, state: "other-device" }),
      ],
    },
  }),
  scene("hostile-answer", "answer-2", {
    lanes: { lanes: [{ ...RED, exhibit: HOSTILE, device: { ...RED.device, ...foreign } }] },
  }),
  scene("hostile-findings", "findings-2", FINDINGS, {
    rows: [
      row(0, { name: HOSTILE, parents: HOSTILE, set: HOSTILE, note: HOSTILE }),
      row(1, { name: HOSTILE, kind: "blocks", blocks: 3 }),
    ],
  }),
  scene("hostile-ask", "findings-2", FINDINGS, {
    rows: [row(0, { name: HOSTILE, parents: HOSTILE })],
    steps: [{ press: ASK }],
  }),
  scene("hostile-report", "report-2", { lanes: { lanes: [{ ...RED, exhibit: HOSTILE }] } }),
];

export const SCENES: Scene[] = [...starts, ...tests, ...devices, ...examining, ...answers, ...findings, ...hostile];
