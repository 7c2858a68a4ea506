import { type Answers, faultMaker } from "#base/faults";

export const shiftAnswers = {
  "shift/wait": { exit: 77 },
  "shift/locked": { exit: 77 },
  "shift/no-officer": { exit: 66 },
  "shift/certificate": { exit: 77 },
  "shift/other-certificate": { exit: 77 },
  "shift/reading-goes-on": { exit: 75 },
  "shift/text": { exit: 64 },
  "shift/phone-time": { exit: 64 },
  "shift/offence": { exit: 64 },
  "shift/offences": { exit: 65 },
  "shift/policy": { exit: 65 },
  "shift/list-practice": { exit: 65 },
  "shift/list-older": { exit: 65 },
  "shift/list-not-for-officer": { exit: 77 },
  "shift/not-ready": { exit: 64 },
  "shift/practice": { exit: 70 },
  "shift/unwritable": { exit: 73 },
} satisfies Answers;

export const shiftFault = faultMaker(shiftAnswers);
