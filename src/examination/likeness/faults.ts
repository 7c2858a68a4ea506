import { type Answers, faultMaker } from "#base/faults";

/** Faults of likeness. A file that cannot be decoded is none: its PictureFault is a value. */
export const likenessAnswers = {
  "likeness/provider": { exit: 69 },
  "likeness/set": { exit: 65 },
  "likeness/list": { exit: 65 },
  "likeness/list-missing": { exit: 66 },
} satisfies Answers;

export const likenessFault = faultMaker(likenessAnswers);
