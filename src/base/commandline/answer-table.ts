import type { Answers, Fault } from "#base/faults";
import type { Language, Speaker } from "#base/words";

/** One room's Faults: exit codes, and the sentence of each. */
export interface RoomAnswers {
  exitOf(fault: Fault): number | undefined;
  sentenceOf(language: Language, fault: Fault): string | undefined;
}

/** Joins a room's codes with its words; a code without a sentence "fault.<code>" does not compile. */
export function roomAnswers<A extends Answers, K extends string>(
  answers: A,
  say: `fault.${keyof A & string}` extends K ? Speaker<K> : never,
): RoomAnswers {
  const speak = say as Speaker<string>;
  return {
    exitOf: ({ code }) => answers[code]?.exit,
    sentenceOf: (language, { code, values }) =>
      code in answers ? speak(language, `fault.${code}`, values) : undefined,
  };
}
