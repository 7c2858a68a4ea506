import { type Answers, faultMaker } from "#base/faults";

export const filtersAnswers = {
  "filter/missing": { exit: 66 },
  "filter/unreadable": { exit: 74 },
  "filter/not-a-filter": { exit: 65 },
  "filter/version": { exit: 65 },
  "filter/category": { exit: 65 },
  "filter/truncated": { exit: 65 },
  "filter/tampered": { exit: 65 },
  "filter/untrusted": { exit: 65 },
  "filter/expired": { exit: 69 },
  "filter/not-a-recipient": { exit: 77 },
  "filter/wrong-key": { exit: 77 },
  "filter/self-test": { exit: 70 },
  "filter/too-large": { exit: 64 },
  "filter/unbuildable": { exit: 70 },
  "filter/unwritable": { exit: 73 },
  "filter/input-missing": { exit: 66 },
  "filter/no-input": { exit: 64 },
  "filter/option": { exit: 64 },
  "filter/nothing-listed": { exit: 65 },
  "filter/too-many-blocks": { exit: 64 },
  "filter/disk-full": { exit: 74 },
  "filter/work-differs": { exit: 75 },
  "filter/work-in-use": { exit: 75 },
  "filter/stopped": { exit: 75 },
  "filter/kept-damaged": { exit: 65 },
  "filter/kept-foreign": { exit: 77 },
  "filter/list-role": { exit: 65 },
  "filter/list-practice": { exit: 64 },
  "filter/lists-overlap": { exit: 65 },
  "filter/lists-needed": { exit: 64 },
  "filter/too-many-groups": { exit: 64 },
} satisfies Answers;

/** Makes this room's Faults. */
export const filtersFault = faultMaker(filtersAnswers);
