import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the sentences of volumes: `kind.${kind}`, `problem.${what}` and `refused.${refused}` of what readVolumes gives. */
export const sayVolumes = speaker({ en, km });
