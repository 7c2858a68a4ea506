import { type Answers, faultMaker } from "#base/faults";

export const lanesAnswers = {
  "lanes/own-disk": { exit: 64 },
  "lanes/consent": { exit: 77 },
  "lanes/rights": { exit: 77 },
  "lanes/phone": { exit: 69 },
  "lanes/no-device": { exit: 66 },
  "lanes/no-lane": { exit: 64 },
  "lanes/none-chosen": { exit: 64 },
  "lanes/not-now": { exit: 64 },
  "lanes/not-plugged": { exit: 66 },
  "lanes/path": { exit: 64 },
  "lanes/evidence-gone": { exit: 66 },
  "lanes/exhibit-used": { exit: 73 },
  "lanes/failed": { exit: 70 },
} satisfies Answers;

export const lanesFault = faultMaker(lanesAnswers);
