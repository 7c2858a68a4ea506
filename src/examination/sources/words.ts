import { type Language, speaker } from "#base/words";
import type { SourceNotice } from "./source-spec.ts";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the sentences of sources: faults ("fault."), notices ("notice."), and the list of devices. */
export const saySources = speaker({ en, km });

/** A notice as a sentence. */
export function noticeText(language: Language, { code, values }: SourceNotice): string {
  return saySources(language, `notice.${code}`, values);
}
