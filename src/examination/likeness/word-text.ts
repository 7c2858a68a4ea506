import type { Language } from "#base/words";
import type { EntryWordKind, EntryWordReason } from "./entry-word.ts";
import { sayLikeness } from "./words.ts";

/** What an officer said of an entry, in words. */
export function wordText(language: Language, word: EntryWordKind): string {
  return sayLikeness(language, `word.${word}`);
}

/** Why. */
export function reasonText(language: Language, reason: EntryWordReason): string {
  return sayLikeness(language, `reason.${reason}`);
}
