import { type Language, momentText, number, size } from "#base/words";
import type { SelfTestLine, SelfTestMark, SelfTestView } from "./shift-view.ts";
import { sayShift } from "./words.ts";

/** One line of the self-test as it is shown. */
export interface LineShown {
  what: SelfTestLine["what"];
  mark: SelfTestMark;
  /** Good, Look, Stop; "Not yet known" before. */
  word: string;
  name: string;
  value: string;
  sentence: string;
  /** The clock: was a phone compared with it; null: it is not asked. */
  compared: boolean | null;
}

export interface SelfTestShown {
  title: string;
  sub: string;
  lines: LineShown[];
}

const ORDER: Record<SelfTestMark, number> = { stop: 0, look: 1, good: 2, waiting: 3 };

/** What is shown of the self-test: what needs a look first, the others in their own order. */
export function selfTestShown(language: Language, { running, atMs, lines }: SelfTestView): SelfTestShown {
  const stops = lines.filter(({ mark }) => mark === "stop").length;
  const looks = lines.filter(({ mark }) => mark === "look").length;
  const done = !running && atMs !== null;
  const shown = lines.map((line) => lineShown(language, line));
  return {
    title: sayShift(language, titleKey(running, done, stops)),
    sub: subText(language, { stops: done ? stops : 0, looks: done ? looks : 0 }),
    lines: done ? shown.toSorted((a, b) => ORDER[a.mark] - ORDER[b.mark]) : shown,
  };
}

function titleKey(running: boolean, done: boolean, stops: number): Parameters<typeof sayShift>[1] {
  if (done) return stops > 0 ? "test.title.not" : "test.title.ready";
  return running ? "test.title.running" : "test.title.begin";
}

function subText(language: Language, { stops, looks }: { stops: number; looks: number }): string {
  if (stops > 0) return sayShift(language, "test.sub.stop");
  if (looks === 0) return sayShift(language, "test.sub.none");
  return sayShift(language, looks === 1 ? "test.sub.one" : "test.sub.many", { count: looks });
}

function lineShown(language: Language, line: SelfTestLine): LineShown {
  const { what, mark } = line;
  return {
    what,
    mark,
    word: sayShift(language, `test.${mark}`),
    name: sayShift(language, `test.${what}`),
    value: mark === "waiting" ? "" : valueText(language, line),
    sentence: mark === "waiting" ? "" : sentenceText(language, line),
    compared: line.values["compared"] === undefined ? null : line.values["compared"] === 1,
  };
}

function valueText(language: Language, { what, values }: SelfTestLine): string {
  const of = (name: string): number | null => {
    const value = values[name];
    return typeof value === "number" && Number.isFinite(value) ? value : null;
  };
  if (what === "marks") {
    const [found, count] = [of("found"), of("count")];
    return found === null || count === null || count === 0
      ? ""
      : sayShift(language, "test.marks.value", { found, count });
  }
  if (what === "age") {
    const days = of("days");
    if (days === null || of("daysLeft") === null) return "";
    return sayShift(language, days === 1 ? "test.age.value.one" : "test.age.value", { days });
  }
  if (what === "clock") {
    const nowMs = of("nowMs");
    return nowMs === null ? "" : momentText(language, nowMs, { part: "both" });
  }
  if (what === "speed") {
    const speed = of("bytesPerSecond");
    return speed === null ? "" : `${size(language, speed)}/s`;
  }
  if (what === "room") {
    const free = of("freeBytes");
    return free === null ? "" : size(language, free);
  }
  const percent = of("percent");
  return percent === null ? "" : `${number(language, percent, 0)} %`;
}

/** A phone that was compared knows better than the list; a clock before the list's date is wrong, whatever a phone says. */
function clockSentence(
  language: Language,
  mark: Exclude<SelfTestMark, "waiting">,
  { compared, minutes }: SelfTestLine["values"],
): string {
  if (mark === "stop" || compared === undefined) return sayShift(language, `test.clock.${mark}`);
  return comparedText(language, compared === 1 && typeof minutes === "number" ? { minutesAhead: minutes } : null);
}

/** How this computer's clock and the officer's phone agree; null: not compared. */
export function comparedText(language: Language, clock: { minutesAhead: number } | null): string {
  if (clock === null) return sayShift(language, "clock.ask");
  const { minutesAhead } = clock;
  const hours = Math.round(Math.abs(minutesAhead) / 60);
  if (minutesAhead === 0) return sayShift(language, "clock.same");
  const way = minutesAhead > 0 ? "behind" : "ahead";
  if (hours >= 2) return sayShift(language, `clock.${way}.hours`, { hours });
  return sayShift(language, `clock.${way}`, { minutes: Math.abs(minutesAhead) });
}

function sentenceText(language: Language, { what, mark, values }: SelfTestLine): string {
  if (what === "clock" && mark !== "waiting") return clockSentence(language, mark, values);
  if (what === "speed") {
    const { sizeBytes, minutes } = values;
    if (typeof sizeBytes !== "number" || typeof minutes !== "number") return "";
    const key = mark === "good" ? "test.speed.good" : "test.speed.look";
    return sayShift(language, key, { size: size(language, sizeBytes), minutes });
  }
  if (what === "battery") {
    if (values["percent"] === undefined) return sayShift(language, "test.battery.none");
    const { hours } = values;
    if (mark === "look" && typeof hours === "number") {
      return sayShift(language, "test.battery.lasts", { hours: Math.max(1, Math.floor(hours)) });
    }
    return sayShift(language, mark === "good" ? "test.battery.good" : "test.battery.look");
  }
  if (what === "marks" && values["locked"] === 1) return sayShift(language, "test.marks.locked");
  if (mark === "stop") return sayShift(language, `test.${what}.stop`);
  if (mark === "look") return sayShift(language, `test.${what}.look`);
  return "";
}
