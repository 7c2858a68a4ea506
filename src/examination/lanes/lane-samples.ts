import type { Report } from "#examination/evidence";
import type { DeviceView, LanesView, LaneView } from "./lanes-view.ts";

/** A device as it would be plugged in, for tests and for looking at the screens without a machine behind them. */
export function sampleDevice(more: Partial<DeviceView> = {}): DeviceView {
  return {
    key: "1",
    kind: "stick",
    model: "",
    serial: "4C53-2208-0001",
    sizeBytes: 16_000_000_000,
    state: "ready",
    own: false,
    chosen: true,
    justPlugged: true,
    readOnly: "kernel",
    asksRights: false,
    examinedBefore: null,
    ...more,
  };
}

/** A lane 41 % read with nothing found. */
export function sampleLane(more: Partial<LaneView> = {}): LaneView {
  return {
    key: "1",
    device: { kind: "stick", model: "", serial: "4C53-2208-0001", sizeBytes: 16_000_000_000 },
    exhibit: "2026-0142-3",
    practice: false,
    state: "reading",
    fraction: 0.41,
    bytesRead: 6_560_000_000,
    bytesTotal: 16_000_000_000,
    tape: sampleTape(0.41),
    boundBytes: 39_700,
    confidence: 0.99,
    bytesPerSecond: 82_000_000,
    secondsLeft: 115,
    hits: 0,
    red: false,
    unreadBytes: 0,
    unreadPlaces: 0,
    wentOn: null,
    lamp: "do-not-unplug",
    answer: null,
    fault: null,
    asks: null,
    ...more,
  };
}

/** 64 cells about as full as `fraction`, always the same. */
function sampleTape(fraction: number, marks: { found?: number[]; unread?: number[] } = {}): LaneView["tape"] {
  return Array.from({ length: 64 }, (_, i) => ({
    read: Math.min(1, Math.max(0, fraction + (fraction < 1 ? (((i * 37) % 17) / 17 - 0.5) * 0.2 * fraction : 0))),
    found: marks.found?.includes(i) === true,
    unread: marks.unread?.includes(i) === true,
  }));
}

/** A view of lanes with these devices and lanes. */
export function sampleView(more: Partial<LanesView> = {}): LanesView {
  return { devices: [], lanes: [], writeBlocker: true, atOnce: 4, ...more };
}

const LIST: Report["filter"][number] = {
  name: "National list",
  agency: "Child protection unit",
  category: "national",
  release: "47",
  releasedAt: "2026-11-18T00:00:00.000Z",
  validUntil: "2026-12-31T00:00:00.000Z",
  graceUntil: "2027-01-31T00:00:00.000Z",
  digest: "0".repeat(64),
  signedBy: "1".repeat(64),
  keys: 1_000_000,
  expired: false,
};

/** A report with nothing found in 41 %. */
export function sampleReport(more: Partial<Report> = {}): Report {
  return {
    format: "phum-report",
    version: 1,
    practice: false,
    exhibit: "2026-0142-3",
    basis: "Search warrant 214/2026",
    verdict: "green",
    reasons: [],
    coverage: {
      bytesTotal: 16_000_000_000,
      bytesRead: 6_560_000_000,
      fraction: 0.41,
      phases: [0, 1, 2, 3, 4, 5, 6, 7],
      bytesBlank: 0,
      bytesUnread: 0,
      tape: sampleTape(0.41),
    },
    bound: { confidence: 0.99, targetBytes: 39_700, goalBytes: 20_971_520, reached: true },
    findings: [],
    unconfirmed: 0,
    unread: [],
    notices: [],
    filter: [LIST],
    source: {
      kind: "device",
      place: "/dev/sdb",
      sizeBytes: 16_000_000_000,
      medium: "flash",
      serial: "4C53-2208-0001",
      readOnly: { hardware: true, kernel: true, mounted: false, mountedWritable: false },
    },
    plan: { seed: "7c19-52e0" },
    reads: { leaves: 6257, root: "2".repeat(64), digest: "sha256" },
    officer: { name: "Sok Dara", unit: "Phnom Penh", signPublic: "3".repeat(64), vouchedFor: true },
    clock: {
      startedAt: "2026-11-22T07:08:00.000Z",
      endedAt: "2026-11-22T07:29:00.000Z",
      zone: "Asia/Phnom_Penh",
      statedAt: null,
      offsetMs: null,
    },
    tool: { name: "phum", version: "0.1.0", digest: "4".repeat(64) },
    journal: { entries: 12, head: "5".repeat(64) },
    ...more,
  };
}

/** A finding of whole listed file. */
export function sampleFinding(more: Partial<Report["findings"][number]> = {}): Report["findings"][number] {
  return {
    place: "p1/ntfs/DCIM/101MEDIA/IMG_0977.JPG",
    offsetBytes: 1_048_576,
    lengthBytes: 1_940_000,
    phase: null,
    set: "National list",
    release: "47",
    category: "national",
    kind: "whole-file",
    confirmed: true,
    blocks: 0,
    distinctBlocks: 0,
    weight: "red",
    standing: "allocated",
    ...more,
  };
}
