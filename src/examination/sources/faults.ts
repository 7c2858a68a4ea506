import { type Answers, faultMaker } from "#base/faults";

/** Faults of sources: the source is not what can be examined here, or may not be read. Damage is never a fault. */
export const sourceAnswers = {
  "source/missing": { exit: 66 },
  "source/missing-segment": { exit: 66 },
  "source/no-medium": { exit: 66 },
  "source/not-readable": { exit: 66 },
  "source/unsupported-format": { exit: 65 },
  "source/unsupported-platform": { exit: 69 },
  "source/changed": { exit: 74 },
  "source/input-error": { exit: 74 },
  "source/rights": { exit: 77 },
  "source/refused": { exit: 77 },
  "source/elevation": { exit: 77 },
  "source/opener": { exit: 70 },
} satisfies Answers;

export const sourceFault = faultMaker(sourceAnswers);
