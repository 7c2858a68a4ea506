import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the sentences of images: refusals ("refused."), problems ("problem."), formats ("format."). */
export const sayImages = speaker({ en, km });
