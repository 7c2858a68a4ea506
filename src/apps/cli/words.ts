import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the first minute's own sentences. */
export const sayCli = speaker({ en, km });
