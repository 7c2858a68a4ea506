import { type Language, momentText, size } from "#base/words";
import { isolatedText } from "#examination/evidence";
import { shownName, stepMinutes } from "#platform/ui";
import type { DeviceView } from "./lanes-view.ts";
import { sayLanes } from "./words.ts";

/** "USB stick 16 GB". */
export function deviceName(language: Language, { kind, sizeBytes }: Pick<DeviceView, "kind" | "sizeBytes">): string {
  const name = sayLanes(language, `device.${kind}`);
  return sizeBytes === null ? name : `${name} ${size(language, sizeBytes).replace(" ", "\u00A0")}`;
}

/** The same to be heard: "USB stick 16 gigabytes". */
export function deviceSpoken(language: Language, { kind, sizeBytes }: Pick<DeviceView, "kind" | "sizeBytes">): string {
  const name = sayLanes(language, `device.${kind}`);
  return sizeBytes === null ? name : `${name} ${spokenSize(language, sizeBytes)}`;
}

const UNITS = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 } as const;

/** A size to be heard, rounded like size(). */
export function spokenSize(language: Language, bytes: number, rounding: "up" | "down" = "down"): string {
  const [amount = "", unit = "B"] = size(language, bytes, rounding).split(" ");
  const spoken = sayLanes(language, `unit.${unit as keyof typeof UNITS}`, { n: amount });
  return amount === "1" ? spoken.replace(/s$/, "") : spoken;
}

/** What the maker calls it, and its serial number; foreign texts, cut where they are long. */
export function serialLine(language: Language, { model, serial }: Pick<DeviceView, "model" | "serial">): string {
  const cut = (text: string): string => isolatedText(shownName(text).text);
  const named = serial === null ? "" : sayLanes(language, "devices.serial", { serial: cut(serial) });
  return [model.trim() === "" ? "" : cut(model), named].filter((part) => part !== "").join(" · ");
}

/** "1 place", "3 places". */
export function placesText(language: Language, count: number): string {
  if (count === 0) return sayLanes(language, "examining.none");
  return sayLanes(language, count === 1 ? "examining.places.one" : "examining.places.many", { count });
}

/** Time left in the steps in which it can be kept: "2 min", "2 h 30 min". */
export function timeText(language: Language, seconds: number): string {
  const whole = stepMinutes(seconds);
  const [hours, minutes] = [Math.floor(whole / 60), whole % 60];
  if (hours === 0) return sayLanes(language, "time.minutes", { minutes });
  return minutes === 0
    ? sayLanes(language, "time.hours", { hours })
    : sayLanes(language, "time.hours.minutes", { hours, minutes });
}

/** Hour and minute at this place: "14:32". */
export function hourText(language: Language, atMs: number): string {
  return momentText(language, atMs, { part: "hour" });
}

/** A day at this place, in full: "22 November 2026". */
export function dayText(language: Language, atMs: number): string {
  return momentText(language, atMs, { part: "day" });
}

/** An exhibit's number keeps the digits in which it was written. */
export function exhibitLine(language: Language, exhibit: string): string {
  return sayLanes(language, "app.exhibit", { exhibit: isolatedText(exhibit) });
}

const DIGITS = /([0-9]+|[០-៩]+)(?=[^0-9០-៩]*$)/u;

/**
 * The number that the exhibit `steps` after this one gets: its last digits count on, in the same digits and at least as many.
 * A number without digits gets "-2", "-3" …
 */
export function exhibitAfter(exhibit: string, steps: number): string {
  if (steps === 0) return exhibit;
  const last = DIGITS.exec(exhibit)?.[0];
  if (last === undefined) return `${exhibit}-${steps + 1}`;
  const khmer = /[០-៩]/u.test(last);
  const western = khmer ? last.replace(/[០-៩]/gu, (digit) => String(digit.charCodeAt(0) - 0x17e0)) : last;
  const counted = String(BigInt(western) + BigInt(steps)).padStart(western.length, "0");
  const written = khmer ? counted.replace(/\d/g, (digit) => String.fromCharCode(0x17e0 + Number(digit))) : counted;
  return exhibit.replace(DIGITS, written);
}
