import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the command line's own sentences. */
export const sayCommandline = speaker({ en, km });
