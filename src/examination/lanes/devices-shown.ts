import type { Language } from "#base/words";
import { isolatedText, spokenText } from "#examination/evidence";
import { dayText, deviceName, deviceSpoken, exhibitAfter, exhibitLine, serialLine } from "./device-words.ts";
import type { DeviceKind, DeviceView, LaneAsks, LanesView } from "./lanes-view.ts";
import { sayLanes } from "./words.ts";

/** A plate: pressed to tick, or only seen. */
export interface DevicePlate {
  key: string;
  kind: DeviceKind;
  name: string;
  /** Model and serial; foreign. */
  serial: string;
  /** The number it will get; null: it will get none. */
  exhibit: string | null;
  /** A short word beside the name. */
  tag: string | null;
  lines: string[];
  look: "tick" | "flat";
  chosen: boolean;
}

/** Everything the Devices screen shows. */
export interface DevicesShown {
  title: string;
  sub: string;
  empty: boolean;
  plates: DevicePlate[];
  own: boolean;
  blocker: { seen: boolean; word: string; text: string };
  /** Said where more are ticked than are read at once. */
  queue: string | null;
  go: { word: string; why: string | null };
  /** Ticked devices that are asked about before they are examined: this computer could write to them; it asks for a password. */
  asks: Record<LaneAsks, { key: string; name: string }[]>;
}

const PRESSED: readonly DeviceView["state"][] = ["ready", "mounted-writable"];

/** Devices in the order of plugging; the computer's own disks apart. `exhibit`: the number the next exhibit gets. */
export function devicesShown(language: Language, view: LanesView, exhibit: string): DevicesShown {
  const say = (key: Parameters<typeof sayLanes>[1], count = 0): string => sayLanes(language, key, { count });
  const others = view.devices.filter(({ own, state }) => !own && state !== "own");
  const ticked = others.filter(isTicked);
  const plates = others.map((device) => {
    const place = ticked.indexOf(device);
    return plateOf(language, device, place < 0 ? null : exhibitAfter(exhibit, place));
  });
  const count = others.filter(({ state }) => state !== "phone").length;
  const empty = others.length === 0;
  const named = (device: DeviceView) => ({ key: device.key, name: deviceName(language, device) });
  return {
    title: say(empty ? "devices.none" : count === 1 ? "devices.title.one" : "devices.title.many", count),
    sub: say(empty ? "devices.none.text" : "devices.sub"),
    empty,
    plates,
    own: view.devices.length > others.length,
    blocker: blockerOf(language, view.writeBlocker),
    queue: ticked.length > view.atOnce ? say("devices.queue", view.atOnce) : null,
    go: {
      word: say(ticked.length > 1 ? "devices.go.many" : "devices.go.one", ticked.length),
      why: ticked.length === 0 ? say("devices.go.none") : null,
    },
    asks: {
      writable: ticked.filter(({ state }) => state === "mounted-writable").map(named),
      rights: ticked.filter(({ asksRights }) => asksRights).map(named),
    },
  };
}

function isTicked({ chosen, state }: DeviceView): boolean {
  return chosen && PRESSED.includes(state);
}

function blockerOf(language: Language, seen: boolean): DevicesShown["blocker"] {
  const reads = sayLanes(language, "devices.only.reads");
  return seen
    ? { seen, word: sayLanes(language, "devices.blocker"), text: reads }
    : {
        seen,
        word: sayLanes(language, "devices.blocker.none"),
        text: `${sayLanes(language, "devices.blocker.use")} ${reads}`,
      };
}

function plateOf(language: Language, device: DeviceView, exhibit: string | null): DevicePlate {
  const { key, kind, justPlugged } = device;
  const pressed = PRESSED.includes(device.state);
  return {
    key,
    kind,
    name: deviceName(language, device),
    serial: serialLine(language, device),
    exhibit: exhibit === null ? null : exhibitLine(language, exhibit),
    tag: justPlugged && pressed ? sayLanes(language, "devices.new") : null,
    lines: linesOf(language, device, pressed),
    look: pressed ? "tick" : "flat",
    chosen: isTicked(device),
  };
}

const STATE_WORDS = {
  opening: "app.moment",
  "cannot-open": "devices.cannot",
  phone: "devices.phone",
  examining: "devices.examining",
  "mounted-writable": "devices.writable",
  "needs-rights": "devices.rights",
} as const;

function linesOf(language: Language, device: DeviceView, pressed: boolean): string[] {
  const { state, examinedBefore, readOnly, asksRights } = device;
  const lines: string[] = [];
  if (pressed && readOnly === "hardware") lines.push(sayLanes(language, "devices.hardware"));
  if (state in STATE_WORDS) lines.push(sayLanes(language, STATE_WORDS[state as keyof typeof STATE_WORDS]));
  if (pressed && asksRights) lines.push(sayLanes(language, "devices.asks"));
  if (examinedBefore !== null && state !== "examining") {
    const { atMs, exhibit } = examinedBefore;
    lines.push(sayLanes(language, "devices.seen", { day: dayText(language, atMs), exhibit: isolatedText(exhibit) }));
  }
  return lines;
}

/** What a screen reader says when devices come and go; null: nothing to say. */
export function pluggedSpoken(language: Language, before: readonly DeviceView[], view: LanesView): string | null {
  const spoken: string[] = [];
  const others = view.devices.filter(({ own }) => !own);
  for (const device of others) {
    if (before.some(({ key }) => key === device.key)) continue;
    const word = isTicked(device) ? "devices.spoken.ticked" : "devices.spoken.in";
    spoken.push(sayLanes(language, word, { device: deviceSpoken(language, device) }));
  }
  for (const device of before) {
    if (device.own || view.devices.some(({ key }) => key === device.key)) continue;
    spoken.push(sayLanes(language, "devices.spoken.gone", { device: deviceSpoken(language, device) }));
  }
  if (spoken.length === 0) return null;
  const count = others.filter(isTicked).length;
  const sum = count === 0 ? "devices.spoken.none" : count === 1 ? "devices.spoken.one" : "devices.spoken.many";
  return spokenText([...spoken, sayLanes(language, sum, { count })].join(" "));
}
