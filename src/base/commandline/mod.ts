// commandline: what a command is and what it is given. Parsing, prompting and printing stand behind the node door.
export type { Command, CommandRequest, OptionSpec } from "./command.ts";
