import { type Answers, faultMaker } from "#base/faults";

/** Faults of opening: what was named cannot be given. Damage is never a fault. */
export const openingAnswers = {
  "opening/folder": { exit: 66 },
  "opening/place-unknown": { exit: 66 },
  "opening/place-form": { exit: 64 },
  "opening/place-ambiguous": { exit: 64 },
  "opening/number": { exit: 64 },
  "opening/format": { exit: 64 },
  "opening/inside-format": { exit: 64 },
  "opening/carve-option": { exit: 64 },
  "opening/out-used": { exit: 73 },
  "opening/out-write": { exit: 73 },
} satisfies Answers;

export const openingFault = faultMaker(openingAnswers);
