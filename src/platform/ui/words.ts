import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says what stands on every screen. */
export const sayUi = speaker({ en, km });
