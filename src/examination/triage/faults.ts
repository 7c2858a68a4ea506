import { type Answers, faultMaker } from "#base/faults";

export const triageAnswers = {
  "triage/usage-seed-or-plan": { exit: 64 },
  "triage/usage-quick-or-full": { exit: 64 },
  "triage/usage-workers": { exit: 64 },
  "triage/usage-exhibit": { exit: 64 },
  "triage/usage-phases": { exit: 64 },
  "triage/usage-time": { exit: 64 },
  "triage/plan": { exit: 65 },
  "triage/plan-source": { exit: 65 },
  "triage/certificate-officer": { exit: 77 },
  "triage/no-trust": { exit: 64 },
  "triage/no-likeness": { exit: 65 },
  "triage/consent": { exit: 77 },
  "triage/memory": { exit: 69 },
  "triage/engine": { exit: 70 },
  "triage/other-source": { exit: 65 },
  "triage/other-filter": { exit: 65 },
  "triage/other-plan": { exit: 65 },
  "triage/other-version": { exit: 65 },
} satisfies Answers;

export const triageFault = faultMaker(triageAnswers);
