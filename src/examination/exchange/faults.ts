import { type Answers, faultMaker } from "#base/faults";

export const exchangeAnswers = {
  "exchange/option": { exit: 64 },
  "exchange/interrupted": { exit: 65 },
  "exchange/annex": { exit: 77 },
  "exchange/exists": { exit: 73 },
  "exchange/unwritable": { exit: 73 },
  "exchange/missing": { exit: 66 },
  "exchange/tampered": { exit: 65 },
  "exchange/untrusted": { exit: 65 },
} satisfies Answers;

/** Makes this room's Faults. */
export const exchangeFault = faultMaker(exchangeAnswers);
