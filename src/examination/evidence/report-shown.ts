import { type Language, size } from "#base/words";
import type { Refusal } from "#platform/ui";
import type { Report } from "./report-record.ts";
import { shownText } from "./shown-text.ts";
import { sayEvidence } from "./words.ts";

/** What the program gave, or why not. */
export type Given<T> = { value: T } | { refused: Refusal };

/** A stick that reports may be sealed to. */
export interface StickFolder {
  /** What the act names. */
  folder: string;
  /** What the stick calls itself; foreign. */
  name: string;
  freeBytes: number | null;
}

/** Seals a report for the agency, into a folder of a stick. */
export interface SealAct {
  act: "seal";
  lane: string;
  folder: string;
}

/** What can be printed: both languages side by side, Khmer at left, or one. */
export const PAPERS = ["both", "km", "en"] as const;
export type Paper = (typeof PAPERS)[number];

/** What the Report screen shows. */
export interface ReportShown {
  state: "none" | "writing" | "ready" | "changed" | "failed";
  title: string;
  sub: string | null;
  lamp: string | null;
}

/**
 * @param written The examination has ended and its report stands.
 * @param given The report as it was fetched and verified; null: not yet.
 */
export function reportShown(
  language: Language,
  { written, begun, sealed }: { written: boolean; begun: boolean; sealed: boolean },
  given: Given<Report> | null,
): ReportShown {
  const say = (key: Parameters<typeof sayEvidence>[1]): string => sayEvidence(language, key);
  if (!begun) return { state: "none", title: say("screen.none"), sub: null, lamp: null };
  if (given !== null && "refused" in given) {
    const changed = given.refused.code.endsWith("/tampered");
    const sub = shownText(given.refused.words[language]);
    return changed
      ? { state: "changed", title: say("screen.changed"), sub, lamp: null }
      : { state: "failed", title: say("screen.failed"), sub, lamp: null };
  }
  if (!written || given === null) return { state: "writing", title: say("screen.writing"), sub: null, lamp: null };
  return {
    state: "ready",
    title: say("screen.ready"),
    sub: say("screen.ready.sub"),
    lamp: sealed ? say("screen.sealed") : null,
  };
}

/** Where a lane's report is fetched as a page or as paper. */
export function paperAddress(lane: string, form: "html" | "pdf", paper: Paper): string {
  const base = `/report/${encodeURIComponent(lane)}.${form}`;
  return form === "html" ? base : `${base}?languages=${paper === "both" ? "km,en" : paper}`;
}

/** A stick in the list: its name and the room on it. */
export function stickLabel(language: Language, { name, freeBytes }: StickFolder): string {
  const shown = shownText(name);
  if (freeBytes === null) return shown;
  return `${shown} · ${sayEvidence(language, "screen.free", { size: size(language, freeBytes) })}`;
}
