// looking: findings as rows without pictures, and the rare look at one: asked for with a reason, opened by a second officer where
// policy says so, grey, blurred, small, counted against the day's limit, written in the journal. Never shows what nobody asked for.
export { lookingAnswers } from "./faults.ts";
export type { FindingRow, FindingsPage, LookingAct, LookingView, LookReason, Showable } from "./looking-view.ts";
export { LOOK_REASONS } from "./looking-view.ts";
export { sayLooking } from "./words.ts";
