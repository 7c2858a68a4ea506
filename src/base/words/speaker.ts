import { khmerNumber } from "./khmer-digits.ts";

/** Languages Phum speaks; a text missing in one of them does not compile. */
export const LANGUAGES = ["en", "km"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Values that stand in a sentence at {name}. Numbers are written with the language's own digits. */
export type Values = Record<string, string | number>;

/** One room's sentences in every language, as its words/en.json and words/km.json. */
export type Words<K extends string> = Record<Language, Record<K, string>>;

/** Says a room's sentence in the operator's language. */
export type Speaker<K extends string> = (language: Language, key: K, values?: Values) => string;

/**
 * Makes a room's speaker from its words.
 *
 * @param words Sentences; {name} is replaced by the value of that name.
 * @returns A function (language, key, values) → sentence; throws RangeError where a value is missing.
 */
export function speaker<K extends string>(words: Words<K>): Speaker<K> {
  return (language, key, values = {}) =>
    words[language][key].replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new RangeError(`Cannot say "${key}": no value for {${name}}`);
      return typeof value === "number" ? number(language, value) : value;
    });
}

/** A number in the language's digits and grouping, at most three decimals. */
export function number(language: Language, value: number, decimals = 3): string {
  const english = new Intl.NumberFormat("en", { maximumFractionDigits: decimals }).format(value);
  return language === "km" ? khmerNumber(english) : english;
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/**
 * A size in decimal units (the unit stays Latin), three significant digits.
 *
 * @param rounding "up" for what could be unseen or unread, "down" for what was read.
 */
export function size(language: Language, bytes: number, rounding: "up" | "down" = "down"): string {
  let unit = 0;
  let value = bytes;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const step = unit === 0 || value >= 100 ? 1 : value >= 10 ? 10 : 100;
  const rounded =
    (rounding === "up" ? Math.max(0, Math.ceil(value * step - 1e-9)) : Math.floor(value * step + 1e-9)) / step;
  return `${number(language, rounded, 2)} ${UNITS[unit]}`;
}

/** The language of the environment: LC_ALL, LC_MESSAGES or LANG beginning with km; English otherwise. */
export function languageOf(environment: Record<string, string | undefined>): Language {
  const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return /^km\b/i.test(locale.replace("_", "-")) ? "km" : "en";
}
