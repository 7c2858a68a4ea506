import { type Answers, faultMaker } from "#base/faults";

export const practiceAnswers = {
  "practice/not-empty": { exit: 73 },
  "practice/not-a-folder": { exit: 73 },
  "practice/unwritable": { exit: 73 },
} satisfies Answers;

export const practiceFault = faultMaker(practiceAnswers);
