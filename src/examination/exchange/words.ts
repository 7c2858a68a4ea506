import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says this room's sentences. */
export const sayExchange = speaker({ en, km });
