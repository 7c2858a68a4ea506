import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says a sentence of this room in the operator's language. */
export const sayPractice = speaker({ en, km });
