// shift: who works, on which legal basis, with which list, and is this laptop fit for it. Takes the kit's folder (officers,
// lists, signed vocabulary), gives what an examination must know before it may begin. Never examines, never shows a passphrase.

export { shiftAnswers } from "./faults.ts";
export type {
  Basis,
  ListView,
  Offence,
  OfficerName,
  Question,
  SelfTestLine,
  SelfTestMark,
  SelfTestView,
  ShiftAct,
  ShiftView,
} from "./shift-view.ts";
export { BASES } from "./shift-view.ts";
export { sayShift } from "./words.ts";
