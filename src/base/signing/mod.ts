// signing: who signs and who opens: what an officer, an agency and a certificate are, the rule on clocks, the Faults and
// their sentences. Keys, seals and trees stand behind the node door. Never reads a clock, never knows a case.
export type { ClockFacts, ClockJudgement } from "./clock-rule.ts";
export { checkClock } from "./clock-rule.ts";
export { deadlineMs } from "./deadline.ts";
export { signingAnswers } from "./faults.ts";
export { readPublicKey } from "./public-key.ts";
export type { Certificate, OfficerPublic } from "./records.ts";
export { saySigning } from "./words.ts";
