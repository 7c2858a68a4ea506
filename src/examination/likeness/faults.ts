import { type Answers, faultMaker } from "#base/faults";

/** Faults of likeness. A file that cannot be decoded is none: its PictureFault is a value. */
export const likenessAnswers = {
  "likeness/provider": { exit: 69 },
  "likeness/set": { exit: 65 },
  "likeness/list": { exit: 65 },
  "likeness/list-missing": { exit: 66 },
  "likeness/words-missing": { exit: 66 },
  "likeness/words-unwritable": { exit: 73 },
  "likeness/word": { exit: 65 },
  "likeness/word-version": { exit: 65 },
  "likeness/word-stranger": { exit: 65 },
  "likeness/word-expired": { exit: 65 },
  "likeness/word-future": { exit: 65 },
} satisfies Answers;

export const likenessFault = faultMaker(likenessAnswers);
