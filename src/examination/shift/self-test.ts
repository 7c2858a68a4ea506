import type { ListView, SelfTestLine } from "./shift-view.ts";

/** The stick of which the speed speaks, bytes. */
const STICK_BYTES = 16e9;
/** What a good stick gives; a laptop that looks faster waits for it. */
const STICK_BYTES_PER_SECOND = 100e6;
/** A stick that takes longer than this is too long for a scene. */
const SLOW_MINUTES = 15;
const ROOM_GOOD_BYTES = 1e9;
const ROOM_STOP_BYTES = 50e6;
/** A battery below this, that is not being charged, is charged first. */
const BATTERY_LOOK_PERCENT = 50;
/** A clock that differs by less is as good as a phone's. */
const CLOCK_LOOK_MINUTES = 2;
const DAY_MS = 86_400_000;

/**
 * The list finds its own test marks. values: found, count; locked: 1 where only its officer could try.
 *
 * @param marks null: not tried.
 */
export function marksLine(marks: { found: number; count: number } | null, locked: boolean): SelfTestLine {
  if (marks === null) return { what: "marks", mark: "look", values: { found: 0, count: 0, locked: locked ? 1 : 0 } };
  return { what: "marks", mark: marks.found === marks.count ? "good" : "stop", values: { ...marks } };
}

/** values: days, daysLeft. */
export function ageLine(list: ListView | null): SelfTestLine {
  if (list === null || list.state === "unusable" || list.state === "missing")
    return { what: "age", mark: "stop", values: { days: 0 } };
  const mark = list.state === "expired" ? "stop" : list.state === "good" ? "good" : "look";
  return { what: "age", mark, values: { days: list.ageDays, daysLeft: list.daysLeft } };
}

/**
 * The clock cannot be before what was signed or installed. A list that is far older than the clock may mean a clock that runs ahead.
 * A phone that was compared with it knows better. values: nowMs; compared: 0 not yet, 1; minutes: the phone's, ahead of it.
 *
 * @param clock What the officer's phone said; null: not compared; not-asked: nobody works here.
 */
export function clockLine({
  nowMs,
  releasedMs,
  buildMs,
  clock,
}: {
  clock: { minutesAhead: number } | null | "not-asked";
  nowMs: number;
  releasedMs: number;
  buildMs: number;
}): SelfTestLine {
  const behind = nowMs < Math.max(releasedMs, buildMs);
  const ahead = releasedMs > 0 && nowMs > releasedMs + 3 * 365 * DAY_MS;
  const asked = clock !== "not-asked";
  const minutes = asked ? (clock?.minutesAhead ?? 0) : 0;
  const values = { nowMs, ...(asked ? { compared: clock === null ? 0 : 1, minutes } : {}) };
  const wrong = asked && clock !== null ? Math.abs(minutes) >= CLOCK_LOOK_MINUTES : ahead || clock === null;
  return { what: "clock", mark: behind ? "stop" : wrong ? "look" : "good", values };
}

/** values: minutes (for a full stick), sizeBytes (of the stick), bytesPerSecond (of this laptop). */
export function speedLine(bytesPerSecond: number): SelfTestLine {
  const minutes = Math.max(1, Math.ceil(STICK_BYTES / Math.min(bytesPerSecond, STICK_BYTES_PER_SECOND) / 60));
  const values = { minutes, sizeBytes: STICK_BYTES, bytesPerSecond: Math.round(bytesPerSecond) };
  return { what: "speed", mark: minutes > SLOW_MINUTES ? "look" : "good", values };
}

/** values: freeBytes. */
export function roomLine(freeBytes: number): SelfTestLine {
  const mark = freeBytes >= ROOM_GOOD_BYTES ? "good" : freeBytes >= ROOM_STOP_BYTES ? "look" : "stop";
  return { what: "room", mark, values: { freeBytes } };
}

/** values: percent; hours where they are known. */
export function batteryLine({
  percent,
  charging,
  hours,
}: {
  percent: number;
  charging: boolean;
  hours: number | null;
}): SelfTestLine {
  const mark = charging || percent >= BATTERY_LOOK_PERCENT ? "good" : "look";
  return { what: "battery", mark, values: { percent, ...(hours === null ? {} : { hours }) } };
}
