import type { Language, Values } from "#base/words";
import { escapeHtml, foreignHtml } from "./shown-text.ts";
import type { EvidenceKey, Teller } from "./teller.ts";
import { sayEvidence } from "./words.ts";

/** Private-use characters that mark a value's place in a sentence until it is escaped; none stands in our words. */
const OPEN = "\uE000";
const CLOSE = "\uE001";

/** A teller for a page: sentences come as HTML, texts among the values isolated and escaped. */
function htmlTeller(language: Language): Teller {
  return {
    language,
    say: (key, values = {}) => {
      const texts: string[] = [];
      const marked: Values = {};
      for (const [name, value] of Object.entries(values)) {
        marked[name] = typeof value === "string" ? `${OPEN}${texts.push(value) - 1}${CLOSE}` : value;
      }
      return escapeHtml(sayEvidence(language, key, marked))
        .replace(/ %/g, "&nbsp;%")
        .replace(/\uE000(\d+)\uE001/g, (_, place: string) => foreignHtml(texts[Number(place)] ?? ""));
    },
  };
}

/** Both languages of the page. */
export const KM = htmlTeller("km");
export const EN = htmlTeller("en");

/** The same in both languages, Khmer at left, English at right. */
export function two(tell: (teller: Teller) => string | string[], name = ""): string {
  const side = (teller: Teller): string => {
    const told = tell(teller);
    const html = typeof told === "string" ? told : told.join(" ");
    return `<p lang="${teller.language}">${html}</p>`;
  };
  return `<div class="two ${name}">${side(KM)}${side(EN)}</div>`;
}

/** A label in both languages, one after the other. */
export function label(key: EvidenceKey, values?: Values): string {
  return `<span lang="km">${KM.say(key, values)}</span> <span lang="en">${EN.say(key, values)}</span>`;
}
