import { type Answers, faultMaker } from "#base/faults";

export const hashlistsAnswers = {
  "hashlist/missing": { exit: 66 },
  "hashlist/unreadable": { exit: 74 },
  "hashlist/unknown-format": { exit: 65 },
  "hashlist/encoding": { exit: 65 },
  "hashlist/broken": { exit: 65 },
  "hashlist/empty": { exit: 65 },
  "hashlist/role": { exit: 65 },
  "hashlist/unmapped": { exit: 64 },
  "hashlist/option": { exit: 64 },
  "hashlist/child": { exit: 74 },
  "hashlist/store-damaged": { exit: 65 },
  "hashlist/store-foreign": { exit: 77 },
  "hashlist/store-exists": { exit: 73 },
  "hashlist/unwritable": { exit: 73 },
  "hashlist/stopped": { exit: 75 },
} satisfies Answers;

/** Makes this room's Faults. */
export const hashlistsFault = faultMaker(hashlistsAnswers);
