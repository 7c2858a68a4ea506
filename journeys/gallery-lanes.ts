// Devices and lanes as they would come from the program: synthetic in every part.
import type { KitView } from "#apps/kit";

export type Lanes = KitView["lanes"];
export type Lane = Lanes["lanes"][number];
export type Device = Lanes["devices"][number];

/** A name that would break out of every screen that trusts it: markup, a turned line, and 4,000 characters. */
export const HOSTILE = `<img src=x onerror="window.__burnt=1"><script>window.__burnt=1</script>\u202e.gpj.exe\u0000"'&javascript:${"ក្រ<b>x</b>".repeat(360)}`;

export function tape(fraction: number, marks: { found?: number[]; unread?: number[] } = {}): Lane["tape"] {
  return Array.from({ length: 64 }, (_, i) => ({
    read: marks.unread?.includes(i) ? 0 : Math.min(1, Math.max(0, fraction * (0.8 + (((i * 37) % 17) / 17) * 0.4))),
    found: marks.found?.includes(i) === true,
    unread: marks.unread?.includes(i) === true,
  }));
}

export function device(more: Partial<Device> = {}): Device {
  return {
    key: "1",
    kind: "stick",
    model: "",
    serial: "4C53-2208-0001",
    sizeBytes: 16e9,
    state: "ready",
    own: false,
    chosen: true,
    justPlugged: true,
    readOnly: "hardware",
    asksRights: false,
    examinedBefore: null,
    ...more,
  };
}

export const DISK: Partial<Device> = { key: "2", kind: "disk", model: "", serial: "WX41-A93K-7702", sizeBytes: 1e12 };
const OWN: Partial<Device> = { key: "9", kind: "disk", own: true, chosen: false, state: "own", justPlugged: false };
const PHONE: Partial<Device> = {
  key: "3",
  kind: "phone",
  state: "phone",
  chosen: false,
  sizeBytes: null,
  serial: null,
};

export const own = device(OWN);
export const phone = device(PHONE);

export function lane(more: Partial<Lane> = {}): Lane {
  return {
    key: "1",
    device: { kind: "stick", model: "", serial: "4C53-2208-0001", sizeBytes: 16e9 },
    exhibit: "2026-0142-3",
    practice: false,
    state: "reading",
    fraction: 0.41,
    bytesRead: 6_560_000_000,
    bytesTotal: 16e9,
    tape: tape(0.41),
    boundBytes: 39_700,
    confidence: 0.99,
    bytesPerSecond: 82e6,
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

/** A disk on which red already stands. */
export function redLane(more: Partial<Lane> = {}): Lane {
  return lane({
    key: "2",
    device: { kind: "disk", model: "", serial: "WX41-A93K-7702", sizeBytes: 1e12 },
    exhibit: "2026-0142-4",
    fraction: 0.12,
    bytesRead: 120e9,
    bytesTotal: 1e12,
    tape: tape(0.12, { found: [14, 41], unread: [52, 55] }),
    boundBytes: null,
    bytesPerSecond: 96e6,
    secondsLeft: 8700,
    hits: 2,
    red: true,
    unreadBytes: 40_960,
    unreadPlaces: 2,
    ...more,
  });
}

/** The lane with its answer. */
export function answered(of: Lane, verdict: "red" | "amber" | "green", reasons: string[] = []): Lane {
  return {
    ...of,
    state: "answered",
    lamp: "safe",
    secondsLeft: null,
    answer: {
      verdict,
      reasons: reasons as NonNullable<Lane["answer"]>["reasons"],
      digest: "a".repeat(64),
      sealed: false,
    },
  };
}
