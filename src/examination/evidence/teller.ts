import { type Language, size, type Values } from "#base/words";
import type { Notice } from "./notices.ts";
import { shownText } from "./shown-text.ts";
import { sayEvidence } from "./words.ts";

/** A key of this room's words. */
export type EvidenceKey = Parameters<typeof sayEvidence>[1];

/** Says sentences in one language, for a terminal or for a page: texts among the values are foreign and shown as such. */
export interface Teller {
  language: Language;
  say(key: EvidenceKey, values?: Values): string;
}

/** A teller for a terminal: foreign texts are made visible. */
export function plainTeller(language: Language): Teller {
  return {
    language,
    say: (key, values = {}) => {
      const shown = Object.entries(values).map(([name, value]) => [
        name,
        typeof value === "string" ? shownText(value) : value,
      ]);
      return sayEvidence(language, key, Object.fromEntries(shown) as Values);
    },
  };
}

/** A notice as a sentence. Values named …Bytes are written as sizes. */
export function noticeSentence({ language, say }: Teller, { code, values }: Notice): string {
  const written: Values = {};
  for (const [name, value] of Object.entries(values)) {
    written[name] = name.endsWith("Bytes") && typeof value === "number" ? size(language, value, "up") : value;
  }
  return say(`notice.${code}`, written);
}
