import type { Answers, Fault } from "#base/faults";
import type { Language, Values } from "#base/words";

/** One room's Faults: exit codes, and the sentence of each. */
export interface RoomAnswers {
  exitOf(fault: Fault): number | undefined;
  sentenceOf(language: Language, fault: Fault): string | undefined;
}

/** Joins a room's codes with its words; a code without a sentence "fault.<code>" does not compile. */
export function roomAnswers<A extends Answers>(
  answers: A,
  say: (language: Language, key: `fault.${keyof A & string}`, values?: Values) => string,
): RoomAnswers {
  return {
    exitOf: ({ code }) => answers[code]?.exit,
    sentenceOf: (language, { code, values }) =>
      Object.hasOwn(answers, code) ? say(language, `fault.${code as keyof A & string}`, values) : undefined,
  };
}
