import { type Answers, faultMaker } from "#base/faults";

export const commandlineAnswers = {
  "usage/unknown-command": { exit: 64 },
  "usage/unknown-option": { exit: 64 },
  "usage/missing-option": { exit: 64 },
  "usage/missing-argument": { exit: 64 },
  "usage/too-many-arguments": { exit: 64 },
  "usage/no-terminal": { exit: 64 },
  "usage/language": { exit: 64 },
  "output/unwritable": { exit: 74 },
  "passphrase/unreadable": { exit: 66 },
  "passphrase/empty": { exit: 65 },
} satisfies Answers;

export const commandlineFault = faultMaker(commandlineAnswers);
