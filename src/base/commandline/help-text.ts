import type { Language } from "#base/words";
import type { Command } from "./command.ts";
import { sayCommandline } from "./words.ts";

/** The help of one command: usage, what it does, its options. */
export function commandHelp(command: Command, language: Language): string {
  const { summary, options } = command.help(language);
  const { name = "", max = 0 } = command.positionals ?? {};
  const argument = max === 0 ? "" : ` ${name}${max > 1 ? "…" : ""}`;
  const rows = Object.entries(command.options).map(([option, { value }]): [string, string] => [
    `--${option}${value === undefined ? "" : ` ${value}`}`,
    options[option] ?? "",
  ]);
  rows.push(["--lang L", sayCommandline(language, "help.lang")], ["--help", sayCommandline(language, "help.help")]);
  const usage = `${sayCommandline(language, "help.usage")}: phum ${command.path.join(" ")}${argument} […]`;
  return [usage, "", summary, "", `${sayCommandline(language, "help.options")}:`, ...table(rows)].join("\n");
}

/** The list of all commands. */
export function overviewHelp(commands: readonly Command[], language: Language): string {
  const rows = commands.map((command): [string, string] => [command.path.join(" "), command.help(language).summary]);
  return [
    sayCommandline(language, "help.title"),
    "",
    `${sayCommandline(language, "help.commands")}:`,
    ...table(rows),
    "",
    sayCommandline(language, "help.more"),
  ].join("\n");
}

function table(rows: [string, string][]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
