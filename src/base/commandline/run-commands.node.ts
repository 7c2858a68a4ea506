import { Fault } from "#base/faults";
import { LANGUAGES, type Language, languageOf } from "#base/words";
import type { RoomAnswers } from "./answer-table.ts";
import type { Command, CommandRequest } from "./command.ts";
import { commandlineFault } from "./faults.ts";
import { commandHelp, overviewHelp } from "./help-text.ts";
import { type Arguments, commandOf, groupOf, parseArguments } from "./parse-arguments.node.ts";
import { type Screen, screenOf } from "./screen.node.ts";

/** What an app joins: the rooms' commands and their answers to Faults. */
export interface CommandTable {
  commands: readonly Command[];
  answers: readonly RoomAnswers[];
}

/** The first exit code of a Fault. */
const FAULT = 64;
/** Exit code where only the help was asked for, though not by --help. */
const USAGE = 64;
/** Exit code of an error nobody foresaw. */
const UNFORESEEN = 70;

/**
 * Runs the command that the words name.
 *
 * @param words Arguments after the program's name; --lang L and --help may stand anywhere.
 * @returns The exit code: the command's own, or the Fault's (64 and above); output/unwritable where what was said did not arrive.
 */
export async function runCommands(table: CommandTable, words: readonly string[]): Promise<number> {
  const { language, help, rest } = setAside(words);
  const screen = screenOf(languageAsked(language));
  try {
    if (language !== undefined && !isLanguage(language)) {
      throw commandlineFault("usage/language", `--lang ${language} is unknown`, { values: { language } });
    }
    const code = await run(table, { screen, help, rest });
    const lost = await screen.lost();
    if (lost === undefined || code >= FAULT) return code;
    throw commandlineFault("output/unwritable", "Standard output cannot be written", {
      cause: lost,
      values: { error: lost.message },
    });
  } catch (error) {
    return answer(table, screen, error);
  }
}

async function run(
  { commands }: CommandTable,
  { screen, help, rest }: { screen: Screen; help: boolean; rest: string[] },
): Promise<number> {
  const command = commandOf(commands, rest);
  if (command === undefined) {
    const group = groupOf(commands, rest);
    if (group.length === 0) {
      throw commandlineFault("usage/unknown-command", `No command ${rest[0]}`, { values: { command: rest.join(" ") } });
    }
    screen.out(overviewHelp(group, screen.language));
    return help ? 0 : USAGE;
  }
  if (help) {
    screen.out(commandHelp(command, screen.language));
    return 0;
  }
  const parsed = parseArguments(command, rest.slice(command.path.length));
  return await command.run({ ...screen, ...readers(parsed), signal: interruption(), nowMs: Date.now });
}

function answer(table: CommandTable, screen: Screen, error: unknown): number {
  if (!(error instanceof Fault)) {
    screen.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return UNFORESEEN;
  }
  const room = table.answers.find((answers) => answers.exitOf(error) !== undefined);
  screen.err(`phum: ${room?.sentenceOf(screen.language, error) ?? error.message} [${error.code}]`);
  if (error.place !== undefined) screen.err(`      ${error.place}`);
  return room?.exitOf(error) ?? UNFORESEEN;
}

/** Takes --lang and --help out of the words; everything after "--" stays. */
function setAside(words: readonly string[]): { language: string | undefined; help: boolean; rest: string[] } {
  let language: string | undefined;
  let help = false;
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") {
      rest.push(...words.slice(i));
      break;
    }
    if (word === "--help" || word === "-h") help = true;
    else if (word === "--lang") language = words[++i] ?? "";
    else if (word.startsWith("--lang=")) language = word.slice("--lang=".length);
    else rest.push(word);
  }
  return { language, help, rest };
}

function languageAsked(given: string | undefined): Language {
  return given !== undefined && isLanguage(given) ? given : languageOf(process.env);
}

function isLanguage(given: string): given is Language {
  return LANGUAGES.some((language) => language === given);
}

function readers({ positionals, values }: Arguments): Pick<CommandRequest, "positionals" | "text" | "texts" | "flag"> {
  const texts = (option: string): string[] =>
    [values[option] ?? []].flat().filter((value) => typeof value === "string");
  return { positionals, texts, text: (option) => texts(option)[0], flag: (option) => values[option] === true };
}

/** Aborts at the first Ctrl-C or SIGTERM; the second ends the program at once. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const end = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  return controller.signal;
}
