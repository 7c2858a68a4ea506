// commandline: what a command is and what it is given, and its help. Parsing, prompting and running stand behind the node door.
export type { RoomAnswers } from "./answer-table.ts";
export { roomAnswers } from "./answer-table.ts";
export type { Command, CommandRequest, OptionSpec } from "./command.ts";
export { commandlineAnswers } from "./faults.ts";
export type { GivenArguments } from "./request-with.ts";
export { requestWith } from "./request-with.ts";
export { sayCommandline } from "./words.ts";
