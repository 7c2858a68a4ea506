import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the sentences of sources: faults ("fault."), notices ("notice."), and the list of devices. */
export const saySources = speaker({ en, km });
