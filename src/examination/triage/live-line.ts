import { type Language, number, size } from "#base/words";
import type { LiveFacts } from "./pace.ts";
import { sayTriage } from "./words.ts";

/** How far the examination is, in one line of plain words. */
export function liveLine(language: Language, facts: LiveFacts): string {
  const { bytesRead, bytesTotal, fraction, bytesPerSecond, secondsLeft, hits, comparing } = facts;
  const parts = [
    sayTriage(language, "live.read", {
      percent: number(language, Math.floor(fraction * 1000) / 10, 1),
      read: size(language, bytesRead),
      total: size(language, bytesTotal),
    }),
  ];
  if (bytesPerSecond > 0) parts.push(sayTriage(language, "live.speed", { speed: size(language, bytesPerSecond) }));
  if (comparing !== undefined && comparing !== "after" && comparing.total > 0) {
    const { done, total } = comparing;
    parts.push(sayTriage(language, "live.compared", { done: number(language, done), total: number(language, total) }));
  }
  if (secondsLeft !== null) parts.push(sayTriage(language, "live.left", { time: timeText(language, secondsLeft) }));
  if (comparing === "after") parts.push(sayTriage(language, "live.after"));
  parts.push(hits > 0 ? sayTriage(language, "live.found", { hits }) : sayTriage(language, "live.nothing"));
  if (facts.boundBytes !== null) {
    const unseen = size(language, facts.boundBytes, "up");
    parts.push(sayTriage(language, "live.bound", { unseen, percent: Math.floor(facts.confidence * 100) }));
  }
  return parts.join(" · ");
}

/** Seconds as an officer says them: 40 s, 12 min, 2 h 30 min. */
function timeText(language: Language, seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return sayTriage(language, "time.seconds", { seconds: whole });
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return sayTriage(language, "time.minutes", { minutes });
  return sayTriage(language, "time.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}
