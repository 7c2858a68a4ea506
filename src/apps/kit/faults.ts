import { type Answers, faultMaker } from "#base/faults";

export const kitAnswers = {
  "kit/act": { exit: 64 },
  "kit/no-answer": { exit: 64 },
  "kit/no-stick": { exit: 66 },
  "kit/crashed": { exit: 70 },
  "kit/unforeseen": { exit: 70 },
  "kit/no-page": { exit: 69 },
} satisfies Answers;

export const kitFault = faultMaker(kitAnswers);
