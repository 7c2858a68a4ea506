import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says what the frame around all screens says. */
export const sayKit = speaker({ en, km });
