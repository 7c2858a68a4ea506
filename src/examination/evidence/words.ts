import { type Language, size, speaker, type Values } from "#base/words";
import type { Notice } from "./notices.ts";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says a sentence of this room: verdicts, reasons and their steps, notices, the report's labels, Faults. */
export const sayEvidence = speaker({ en, km });

/** A notice as a sentence. Values named …Bytes are written as sizes; texts stand as they are and must be shown as foreign. */
export function sayNotice(language: Language, { code, values }: Notice): string {
  const written: Values = {};
  for (const [name, value] of Object.entries(values)) {
    written[name] = name.endsWith("Bytes") && typeof value === "number" ? size(language, value, "up") : value;
  }
  return sayEvidence(language, `notice.${code}`, written);
}
