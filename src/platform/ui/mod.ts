// ui: the instrument's parts and look, for any screen. The pure half: geometry, times and names as they are shown. Knows no
// case, no device, no server.
export type { Acting, Refusal, ScreenProps } from "./acting.ts";
export { percentRead } from "./percent-read.ts";
export { shownName } from "./shown-name.ts";
export type { StepName } from "./step-names.ts";
export { stepMinutes } from "./time-steps.ts";
