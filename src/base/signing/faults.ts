import { type Answers, faultMaker } from "#base/faults";

export const signingAnswers = {
  "identity/passphrase": { exit: 65 },
  "identity/passphrases-differ": { exit: 65 },
  "identity/damaged": { exit: 65 },
  "identity/version": { exit: 65 },
  "identity/work-factor": { exit: 65 },
  "identity/not-an-officer": { exit: 65 },
  "identity/not-an-agency": { exit: 65 },
  "identity/unlocking": { exit: 70 },
  "identity/missing": { exit: 66 },
  "identity/exists": { exit: 73 },
  "identity/unwritable": { exit: 73 },
  "certificate/damaged": { exit: 65 },
  "certificate/version": { exit: 65 },
  "certificate/tampered": { exit: 65 },
  "certificate/name": { exit: 64 },
  "certificate/date": { exit: 64 },
  "sealed/format": { exit: 65 },
  "sealed/tampered": { exit: 65 },
  "sealed/truncated": { exit: 65 },
  "sealed/not-a-recipient": { exit: 77 },
  "sealed/recipient": { exit: 64 },
  "signature/key": { exit: 64 },
  "clock/behind": { exit: 78 },
  "clock/stated-behind": { exit: 64 },
} satisfies Answers;

export const signingFault = faultMaker(signingAnswers);
