// ui: the instrument's parts and look, for any screen. The pure half: geometry, digits and names as they are shown. Knows no
// case, no device, no server.
export type { Acting, Refusal, ScreenProps } from "./acting.ts";
export { percentRead } from "./percent-read.ts";
export { plainDigits } from "./plain-digits.ts";
export { RULER_MARKS_BYTES, rulerFraction } from "./ruler-scale.ts";
export { shownName, visibleName } from "./shown-name.ts";
export type { StepName } from "./step-names.ts";
export type { DrawnTape, TapeCell } from "./tape-cells.ts";
export { drawTape } from "./tape-cells.ts";
export { stepMinutes } from "./time-steps.ts";
