import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says a sentence of this room: who works, why, with which list, and whether this laptop is fit for it. */
export const sayShift = speaker({ en, km });
