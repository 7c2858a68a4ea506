import { type Language, number } from "#base/words";
import { isolatedText, readPercent, spokenText } from "#examination/evidence";
import { deviceSpoken, timeText } from "./device-words.ts";
import { laneShown } from "./lane-shown.ts";
import type { LaneView } from "./lanes-view.ts";
import { sayLanes } from "./words.ts";

/** What was spoken so far, lane by lane; null at first. */
export interface SpokenSoFar {
  lanes: Record<string, { state: LaneView["state"]; tenth: number; red: boolean; answered: boolean }>;
  /** Lanes with something new to say. */
  waiting: string[];
  spokenAtMs: number | null;
}

export interface Announcement {
  memory: SpokenSoFar;
  /** Politely, when the listener pauses; null: nothing. */
  polite: string | null;
  /** At once: red, once per device. */
  assertive: string | null;
  /** Two low tones, once per device. */
  tone: boolean;
}

const QUIET_MS = 20_000;

/**
 * Decides what is spoken after a change: politely at the start, at each 10 % and at a change of state, never more than once in
 * 20 s; an answer at once; red assertively, once per device. A screen just opened says nothing of what already stands there.
 */
export function announce(
  memory: SpokenSoFar | null,
  lanes: readonly LaneView[],
  { language, nowMs }: { language: Language; nowMs: number },
): Announcement {
  const next: SpokenSoFar = { lanes: {}, waiting: [], spokenAtMs: memory?.spokenAtMs ?? null };
  const waiting = new Set(memory?.waiting ?? []);
  const [urgent, answers]: [string[], string[]] = [[], []];
  for (const lane of lanes) {
    const { key, state } = lane;
    const red = lane.red || lane.answer?.verdict === "red";
    const now = { state, tenth: Math.floor(lane.fraction * 10 + 1e-9), red, answered: lane.answer !== null };
    next.lanes[key] = now;
    if (memory === null) continue;
    const before = memory.lanes[key];
    if (red && before?.red !== true) {
      urgent.push(answerSpoken(language, lane));
      waiting.delete(key);
    } else if (now.answered && before?.answered !== true && !red) {
      answers.push(answerSpoken(language, lane));
      waiting.delete(key);
    } else if (before?.state !== state || before.tenth !== now.tenth) waiting.add(key);
  }
  const quiet = next.spokenAtMs !== null && nowMs - next.spokenAtMs < QUIET_MS;
  const spoken = [...answers];
  if (!quiet) {
    for (const lane of lanes) if (waiting.has(lane.key)) spoken.push(progressSpoken(language, lane));
    waiting.clear();
  }
  if (spoken.length > 0) next.spokenAtMs = nowMs;
  next.waiting = [...waiting];
  return {
    memory: next,
    polite: spoken.length > 0 ? spokenText(spoken.join(" ")) : null,
    assertive: urgent.length > 0 ? spokenText(urgent.join(" ")) : null,
    tone: urgent.length > 0,
  };
}

/** One lane's progress, to be heard; also when the officer asks for it (F7). */
export function progressSpoken(language: Language, lane: LaneView): string {
  const { band, fault } = laneShown(language, lane);
  const sentence = (fault?.title ?? band?.sentence ?? "").replace(/[.។]$/u, "");
  const parts = [
    sayLanes(language, "spoken.progress", {
      device: deviceSpoken(language, lane.device),
      percent: readPercent(language, lane.fraction),
      sentence,
    }),
  ];
  if (lane.state === "reading" && lane.secondsLeft !== null) {
    parts.push(sayLanes(language, "spoken.left", { time: timeText(language, lane.secondsLeft) }));
  }
  return spokenText(parts.join(" "));
}

/** An answer, to be heard. */
export function answerSpoken(language: Language, lane: LaneView): string {
  const verdict = lane.red ? "red" : (lane.answer?.verdict ?? "red");
  const device = deviceSpoken(language, lane.device);
  const exhibit = isolatedText(lane.exhibit);
  if (verdict !== "green") return sayLanes(language, `answer.spoken.${verdict}`, { device, exhibit });
  return sayLanes(language, "answer.spoken.green", {
    device,
    exhibit,
    percent: readPercent(language, lane.fraction),
    rest: restPercent(language, lane.fraction),
  });
}

/** What was not read, in per cent, rounded up. */
function restPercent(language: Language, fraction: number): string {
  return number(language, Math.max(0, Math.ceil((1 - fraction) * 1000 - 1e-9)) / 10, 1);
}
