import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says a sentence of this room: findings, asking to look, the look and its limits. */
export const sayLooking = speaker({ en, km });
