import { LANGUAGES } from "#base/words";
import type { ShiftAnswers } from "./shift-answers.ts";
import type { Offence } from "./shift-view.ts";
import { sayShift } from "./words.ts";

/**
 * The legal basis as a report says it, in both languages: "ដីកាឆែកឆេរ / Search warrant 12/2026 · 04 …".
 *
 * @param basis null: practice.
 * @returns null where it is not answered.
 */
export function basisText(basis: ShiftAnswers["basis"] | null, offences: readonly Offence[]): string | null {
  const both = (say: (language: (typeof LANGUAGES)[number]) => string): string =>
    LANGUAGES.map(say).reverse().join(" / ");
  if (basis === null) return both((language) => sayShift(language, "basis.practice"));
  const { kind, number, offence } = basis;
  if (kind === null) return null;
  const named = both((language) => sayShift(language, `start.basis.${kind}`));
  const known = offences.find(({ code }) => code === offence);
  const worded = known === undefined ? "" : ` · ${known.code} ${both((language) => known.words[language])}`;
  return `${named}${number === "" ? "" : ` ${number}`}${worded}`;
}
