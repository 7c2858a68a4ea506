// commandline, on Node: reads arguments and passphrases, prints, answers Faults with their exit codes. Never writes elsewhere.
export type { CommandTable } from "./run-commands.node.ts";
export { runCommands } from "./run-commands.node.ts";
