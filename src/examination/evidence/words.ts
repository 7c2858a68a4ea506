import { speaker } from "#base/words";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says a sentence of this room: verdicts, reasons and their steps, notices, the report's labels, Faults. */
export const sayEvidence = speaker({ en, km });
