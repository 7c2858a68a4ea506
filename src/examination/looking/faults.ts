import { type Answers, faultMaker } from "#base/faults";

export const lookingAnswers = {
  "looking/limit": { exit: 77 },
  "looking/no-second": { exit: 77 },
  "looking/same-officer": { exit: 77 },
  "looking/not-shown": { exit: 65 },
  "looking/seen": { exit: 77 },
  "looking/gone": { exit: 66 },
  "looking/not-a-picture": { exit: 65 },
  "looking/rights": { exit: 77 },
  "looking/other-device": { exit: 65 },
  "looking/no-finding": { exit: 64 },
  "looking/note": { exit: 64 },
  "looking/nothing-open": { exit: 64 },
  "looking/set-back": { exit: 65 },
} satisfies Answers;

export const lookingFault = faultMaker(lookingAnswers);
