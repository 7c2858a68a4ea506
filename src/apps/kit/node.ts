// kit, on Node: the command that runs the officer's app.
export { kitAnswers } from "./faults.ts";
export { isPageBuilt, kit, runKit } from "./kit.command.ts";
export { sayKit } from "./words.ts";
