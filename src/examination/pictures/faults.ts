import { type Answers, faultMaker } from "#base/faults";

/** Faults of pictures: the children that decode cannot be had. What is wrong with a picture is a PictureFault, a value. */
export const picturesAnswers = {
  "pictures/child": { exit: 70 },
} satisfies Answers;

export const picturesFault = faultMaker(picturesAnswers);
