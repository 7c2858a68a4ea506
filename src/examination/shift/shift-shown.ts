import { type Language, momentText } from "#base/words";
import { shownName } from "#platform/ui";
import type { ListView, Question, ShiftView } from "./shift-view.ts";
import { sayShift } from "./words.ts";

/** A day as a sentence names it; a date that cannot be read stands as it came. */
function dayText(language: Language, iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return shownName(iso).text;
  const day = momentText(language, at, { part: "day" });
  return language === "km" ? ` ${day}` : day;
}

/** Seconds until the next passphrase may be tried; 0: now. */
export function waitSeconds(nextTryMs: number | null, nowMs: number): number {
  return nextTryMs === null ? 0 : Math.max(0, Math.ceil((nextTryMs - nowMs) / 1000));
}

/** The list in words: a fault that refuses, or its name, its age and what to do about it. */
export interface ListShown {
  refuses: boolean;
  title: string;
  text: string;
  /** A line more: ask for a new one. */
  advice: string | null;
}

/** What is shown of the list. */
export function listShown(language: Language, list: ListView | null): ListShown {
  if (list === null || list.state === "missing") {
    return refused(sayShift(language, "start.missing"), sayShift(language, "start.missingText"));
  }
  if (list.state === "unusable") {
    return refused(sayShift(language, "start.unusable"), sayShift(language, "start.unusableText"));
  }
  const date = dayText(language, list.validUntil);
  if (list.state === "expired") {
    return refused(sayShift(language, "start.expired"), sayShift(language, "start.expiredText", { date }));
  }
  const days = list.ageDays;
  const age = days <= 0 ? "start.listAge.new" : days === 1 ? "start.listAge.one" : "start.listAge";
  return {
    refuses: false,
    title: sayShift(language, "start.listName", {
      name: shownName(list.name).text,
      date: dayText(language, list.releasedAt).trim(),
    }),
    text: sayShift(language, age, { days, date }),
    advice: adviceOf(language, list),
  };
}

function refused(title: string, text: string): ListShown {
  return { refuses: true, title, text, advice: null };
}

function adviceOf(language: Language, { state, daysLeft, validUntil }: ListView): string | null {
  if (state === "grace") return sayShift(language, "start.grace", { date: dayText(language, validUntil) });
  if (state !== "soon") return null;
  return sayShift(language, daysLeft === 1 ? "start.soon.one" : "start.soon", { days: Math.max(0, daysLeft) });
}

/** The three questions of the screen, each of several answers. */
export type Group = "who" | "why" | "list";

const GROUPS: Record<Question, Group> = {
  officer: "who",
  basis: "why",
  "basis-number": "why",
  offence: "why",
  exhibit: "why",
  list: "list",
};

/** The group that waits for an answer; null: none. */
export function openGroup(missing: Question | null): Group | null {
  return missing === null ? null : GROUPS[missing];
}

/** Who works, in one line. */
export function whoLine(language: Language, { officer, openUntilMs, practice }: ShiftView): string {
  if (practice) return sayShift(language, "start.whoPractice");
  if (officer === null || openUntilMs === null) return shownName(officer?.name ?? "").text;
  return sayShift(language, "start.whoDone", {
    name: shownName(officer.name).text,
    time: momentText(language, openUntilMs, { part: "hour" }),
  });
}

/** Why, in one line, when everything of it is answered; null before. */
export function whyLine(language: Language, { basis, offences, exhibit }: ShiftView): string | null {
  const offence = offences.find(({ code }) => code === basis.offence);
  if (basis.kind === null || basis.number === "" || offence === undefined || exhibit === "") return null;
  return sayShift(language, "start.whyDone", {
    basis: sayShift(language, `start.basis.${basis.kind}`),
    number: shownName(basis.number).text,
    offence: offence.words[language],
    exhibit: shownName(exhibit).text,
  });
}

/** What the big button says: the next step, or what is missing. */
export function nextWord(language: Language, missing: Question | null): string {
  return missing === null ? sayShift(language, "start.go") : sayShift(language, `start.need.${missing}`);
}
