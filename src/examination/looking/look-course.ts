import type { Language } from "#base/words";
import { LOOK_REASONS, type LookReason } from "./looking-view.ts";
import { sayLooking } from "./words.ts";

/** What of a look is on the screen: nothing, the blurred picture, or, while held, the sharp one. */
export type LookShown = "covered" | "blurred" | "sharp";

/** Everything that can happen to a look; all but holding covers it or lets it be blurred again. */
export type LookEvent = "opened" | "held" | "let-go" | "escape" | "lost-focus" | "locked" | "time-over" | "cover";

/** A look only gets sharp from blurred, while it is held; whatever ends it, ends it for good. */
export function lookAfter(shown: LookShown, event: LookEvent): LookShown {
  if (event === "opened") return "blurred";
  if (shown === "covered") return "covered";
  if (event === "held") return "sharp";
  return event === "let-go" ? "blurred" : "covered";
}

/** Whole seconds until it covers itself, rounded up; 0: now. Both times by the program's clock. */
export function secondsToCover(untilMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
}

/** What was filled in before a look is asked for. */
export interface AskForm {
  reason: LookReason | null;
  second: string | null;
  passphrase: string;
}

/** What is still missing, as a sentence; null: it can be opened. */
export function askMissing(language: Language, form: AskForm, needsSecond: boolean): string | null {
  if (form.reason === null) return sayLooking(language, "ask.missing.reason");
  if (!needsSecond) return null;
  if (form.second === null) return sayLooking(language, "ask.missing.second");
  return form.passphrase === "" ? sayLooking(language, "ask.missing.pass") : null;
}

/** The closed list of reasons, in words. */
export function reasonChoices(language: Language): { value: LookReason; label: string }[] {
  return LOOK_REASONS.map((value) => ({ value, label: sayLooking(language, `reason.${value}`) }));
}

/** The note that keeps a request for the laboratory, after what was noted already. */
export function labNote(language: Language, reason: LookReason, note: string): string {
  const request = sayLooking(language, "ask.lab.note", { reason: sayLooking(language, `reason.${reason}`) });
  if (note.includes(request)) return note;
  return note === "" ? request : `${note}\n${request}`;
}
