import type { Language } from "#base/words";

/** One option of a command. `value` is the placeholder shown in help; without it the option is a switch. */
export interface OptionSpec {
  value?: string;
  required?: boolean;
  /** May be given several times. */
  multiple?: boolean;
}

/** What one command is; an app joins the rooms' commands. Help texts come from the room's words. */
export interface Command {
  /** The words before the arguments, e.g. ["filter", "build"]. */
  path: readonly string[];
  positionals?: { name: string; min: number; max: number };
  options: Record<string, OptionSpec>;
  /** One sentence on what the command does, and one for each option. */
  help(language: Language): { summary: string; options: Record<string, string> };
  /** Does the work. @returns the exit code. @throws Fault for what the operator must act on. */
  run(request: CommandRequest): Promise<number>;
}

/** What a command is given: its arguments and its only ways to the outside. */
export interface CommandRequest {
  /** Paths among them are already absolute only where the command calls `path`. */
  positionals: string[];
  text(option: string): string | undefined;
  texts(option: string): string[];
  flag(option: string): boolean;
  /** A path as the caller meant it, against the caller's directory. */
  path(given: string): string;
  language: Language;
  /** Writes one line to standard output. */
  out(line: string): void;
  /** Writes one line to standard error. */
  err(line: string): void;
  /** Replaces the live line on standard error; a plain line at most every 5 s where it is no terminal. */
  live(line: string): void;
  /** The passphrase from a file, from standard input ("-") or asked for; never from argument or environment. */
  passphrase(file: string | undefined, question: string): Promise<string>;
  /** Aborted by the first Ctrl-C. */
  signal: AbortSignal;
  nowMs(): number;
}
