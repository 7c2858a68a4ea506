import type { Language, Values } from "#base/words";
import { shownText } from "./shown-text.ts";
import type { Teller } from "./teller.ts";
import { sayEvidence } from "./words.ts";

const OPEN = "\u2068";
const CLOSE = "\u2069";

/**
 * A foreign text (a name, a serial, an exhibit's number) for a sentence on a screen: nothing in it is invisible, and it cannot turn
 * the sentence around. A screen shows it as an element of its own: see textPieces().
 */
export function isolatedText(text: string): string {
  return `${OPEN}${shownText(text)}${CLOSE}`;
}

/** A sentence cut at its foreign texts; a foreign text never holds the signs it is cut at. */
export function textPieces(sentence: string): { text: string; foreign: boolean }[] {
  return sentence
    .split(/(\u2068[^\u2069]*\u2069)/)
    .filter((piece) => piece !== "")
    .map((piece) =>
      piece.startsWith(OPEN)
        ? { text: piece.slice(1, -1), foreign: true }
        : { text: piece.replace(/ %/g, "\u00A0%"), foreign: false },
    );
}

/** A sentence for a screen reader, without the signs around foreign texts. */
export function spokenText(sentence: string): string {
  return sentence.replace(/[\u2068\u2069]/g, "");
}

/** A teller for a screen: texts among the values that are no number of ours are isolated. */
export function screenTeller(language: Language): Teller {
  return {
    language,
    say: (key, values = {}) => {
      const shown = Object.entries(values).map(([name, value]) => [
        name,
        typeof value === "string" && !isOurs(value) ? isolatedText(value) : value,
      ]);
      return sayEvidence(language, key, Object.fromEntries(shown) as Values);
    },
  };
}

/** Digits of either language with a unit: sizes and percentages, which no foreign text stands in. */
function isOurs(value: string): boolean {
  return /^[\d០-៩.,\s\u00A0]+(?: (?:[kKMGTP]i?B|B))?$/u.test(value);
}
