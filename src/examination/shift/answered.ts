import { fieldText } from "./exhibit-number.ts";
import { shiftFault } from "./faults.ts";
import type { ShiftAnswers } from "./shift-answers.ts";
import type { Offence, ShiftAct } from "./shift-view.ts";

const NUMBER_MOST = 200;
const EXHIBIT_MOST = 80;

/**
 * What an answer changes.
 *
 * @throws {Fault} shift/offence, shift/text.
 */
export function answered(
  { basis }: ShiftAnswers,
  act: Extract<ShiftAct, { act: "answer" }>,
  offences: readonly Offence[],
): Partial<ShiftAnswers> {
  if (act.question === "basis") return { basis: { ...basis, kind: act.kind } };
  if (act.question === "offence") {
    if (!offences.some(({ code }) => code === act.code)) throw shiftFault("shift/offence", "Not in the vocabulary");
    return { basis: { ...basis, offence: act.code } };
  }
  const text = fieldText(act.text, act.question === "exhibit" ? EXHIBIT_MOST : NUMBER_MOST);
  if (text === undefined) throw shiftFault("shift/text", "Too long, or not one line");
  return act.question === "exhibit" ? { exhibit: text } : { basis: { ...basis, number: text } };
}
