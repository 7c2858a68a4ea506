import { type Answers, faultMaker } from "#base/faults";

export const evidenceAnswers = {
  "evidence/used": { exit: 73 },
  "evidence/in-use": { exit: 75 },
  "evidence/other-exhibit": { exit: 64 },
  "evidence/other-officer": { exit: 77 },
  "evidence/other-certificate": { exit: 64 },
  "evidence/tampered": { exit: 65 },
  "evidence/set-back": { exit: 65 },
  "evidence/no-space": { exit: 73 },
  "evidence/rights": { exit: 77 },
  "evidence/inside-source": { exit: 64 },
  "evidence/around-source": { exit: 64 },
  "evidence/write": { exit: 74 },
  "evidence/kit-log": { exit: 65 },
  "report/missing": { exit: 66 },
  "report/tampered": { exit: 65 },
  "report/format": { exit: 65 },
  "report/version": { exit: 65 },
  "report/unreadable": { exit: 66 },
  "report/untrusted": { exit: 65 },
  "report/language": { exit: 64 },
  "report/exists": { exit: 73 },
  "seal/no-agency": { exit: 65 },
  "seal/read-back": { exit: 74 },
  "seal/format": { exit: 65 },
  "seal/version": { exit: 65 },
} satisfies Answers;

export const evidenceFault = faultMaker(evidenceAnswers);
