import { type Language, speaker } from "#base/words";
import type { InnerProblem } from "./inner-entry.ts";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

const say = speaker({ en, km });

/** Why something was not looked into, or not all of it: a sentence without its subject. */
export function innerProblemText(language: Language, what: InnerProblem): string {
  return say(language, `problem.${what}`);
}
