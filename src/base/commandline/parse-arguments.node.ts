import { parseArgs } from "node:util";
import type { Command } from "./command.ts";
import { commandlineFault } from "./faults.ts";

/** What stands behind a command's words: its arguments, checked against the command. */
export interface Arguments {
  positionals: string[];
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
}

/** The command whose path begins the words, longest path first, or undefined. */
export function commandOf(commands: readonly Command[], words: readonly string[]): Command | undefined {
  return [...commands]
    .sort((a, b) => b.path.length - a.path.length)
    .find((command) => command.path.every((word, i) => words[i] === word));
}

/** The commands whose paths begin with all the words: `filter` names a group, no words all of them. */
export function groupOf(commands: readonly Command[], words: readonly string[]): Command[] {
  return commands.filter(({ path }) => words.every((word, i) => path[i] === word));
}

/**
 * Reads the words after a command's path.
 *
 * @throws {Fault} usage/* for an unknown option, a missing one, too few or too many arguments.
 */
export function parseArguments(command: Command, words: readonly string[]): Arguments {
  const name = command.path.join(" ");
  const parsed = tokens(command, words);
  for (const [option, spec] of Object.entries(command.options)) {
    if (spec.required && parsed.values[option] === undefined) {
      throw commandlineFault("usage/missing-option", `--${option} is missing`, { values: { option, command: name } });
    }
  }
  const { name: argument, min, max } = command.positionals ?? { name: "", min: 0, max: 0 };
  if (parsed.positionals.length < min) {
    throw commandlineFault("usage/missing-argument", `${argument} is missing`, { values: { argument, command: name } });
  }
  if (parsed.positionals.length > max) {
    const extra = parsed.positionals[max] ?? "";
    throw commandlineFault("usage/too-many-arguments", `${extra} is one too many`, {
      values: { argument: extra, command: name },
    });
  }
  return parsed;
}

function tokens(command: Command, words: readonly string[]): Arguments {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([option, { value, multiple }]) => [
      option,
      { type: value === undefined ? ("boolean" as const) : ("string" as const), multiple: multiple ?? false },
    ]),
  );
  try {
    const { positionals, values } = parseArgs({ args: [...words], options, allowPositionals: true });
    return { positionals, values };
  } catch (cause) {
    const option = cause instanceof Error ? (/'([^']*)'/.exec(cause.message)?.[1] ?? cause.message) : String(cause);
    throw commandlineFault("usage/unknown-option", `Cannot use ${option}`, {
      cause,
      values: { option, command: command.path.join(" ") },
    });
  }
}
