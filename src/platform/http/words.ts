import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says what a browser without a session is told. */
export const sayHttp = speaker({ en, km });
