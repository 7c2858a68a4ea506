import { readFileSync, statSync } from "node:fs";
import { writeDurably } from "#examination/evidence/node";
import { NO_ANSWERS, readAnswers, type ShiftAnswers } from "./shift-answers.ts";

/** The answers on disk: a crash or a power cut loses none. */
export interface AnswerBook {
  readonly answers: ShiftAnswers;
  /** @throws {Fault} evidence/no-space, evidence/rights, evidence/write. */
  change(changes: Partial<ShiftAnswers>): void;
}

const MOST_BYTES = 65_536;

export function answerBook(path: string): AnswerBook {
  const facts = statSync(path, { throwIfNoEntry: false });
  let answers = facts === undefined || facts.size > MOST_BYTES ? NO_ANSWERS : readAnswers(readFileSync(path, "utf8"));
  return {
    get answers() {
      return answers;
    },
    change: (changes) => {
      const next = { ...answers, ...changes };
      writeDurably(path, Buffer.from(`${JSON.stringify(next, null, 1)}\n`));
      answers = next;
    },
  };
}
