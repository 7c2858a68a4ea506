// triage: decides which places of a source are read in which order, what may be said about the part not read, and what the
// hits add up to. Takes sizes, covered places and confirmed hits; gives plans, bounds and verdicts with reasons.
// Never reads a device, never looks into content, never says more than was measured. The engine stands behind the Node door.
export { type BoundQuestion, boundOf, confidenceOf, type HardestSize, hardestSizeOf } from "./bound.ts";
export { triageAnswers } from "./faults.ts";
export { findingsOf } from "./findings.ts";
export { contentOf, type FileHit, type Hit, type HitLedger, openHits, type SetFacts } from "./hits.ts";
export type { JudgeFacts, Judgement, RegionFacts } from "./judge.ts";
export { type CourseFacts, planSeconds } from "./pace.ts";
export { type Pass, passesOf } from "./passes.ts";
export { type Goal, type Medium, type Mode, type Plan, type PlanRequest, planOf } from "./plan.ts";
export { type Intervals, newIntervals, type Run } from "./reading.ts";
export { type ReadingControl, readingControl } from "./reading-control.ts";
export { gridSampler, type Sampler, type SamplingGround } from "./sampler.ts";
export { sayTriage } from "./words.ts";
