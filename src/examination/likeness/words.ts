import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the sentences of likeness. */
export const sayLikeness = speaker({ en, km });
