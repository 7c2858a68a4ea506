import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the sentences of opening: commands, states ("state."), certainties ("certainty."), outcomes ("verify."). */
export const sayOpening = speaker({ en, km });
