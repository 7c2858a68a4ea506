import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says a sentence of this room: devices, examinations and answers as the officer sees them. */
export const sayLanes = speaker({ en, km });
