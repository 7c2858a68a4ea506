import { resolve } from "node:path";
import { Fault } from "#base/faults";
import { type Language, languageOf } from "#base/words";
import type { RoomAnswers } from "./answer-table.ts";
import { askPassphrase } from "./ask-passphrase.node.ts";
import type { Command, CommandRequest } from "./command.ts";
import { commandlineFault } from "./faults.ts";
import { commandHelp, overviewHelp } from "./help-text.ts";
import { type Arguments, commandOf, parseArguments } from "./parse-arguments.node.ts";

/** What an app joins: the rooms' commands and their answers to Faults. */
export interface CommandTable {
  commands: readonly Command[];
  answers: readonly RoomAnswers[];
}

/** Exit code of an error nobody foresaw. */
const UNFORESEEN = 70;
/** Live lines where standard error is no terminal: at most one in this many milliseconds. */
const PLAIN_LINE_MS = 5000;

/**
 * Runs the command that the words name.
 *
 * @param words Arguments after the program's name; --lang L and --help may stand anywhere.
 * @returns The exit code: the command's own, or the Fault's (64 and above).
 */
export async function runCommands(table: CommandTable, words: readonly string[]): Promise<number> {
  const { language, help, rest } = setAside(words);
  const screen = screenOf(language);
  try {
    const command = commandOf(table.commands, rest);
    if (command === undefined) {
      if (rest.length > 0 && !help) {
        throw commandlineFault("usage/unknown-command", `No command ${rest[0]}`, {
          values: { command: rest.join(" ") },
        });
      }
      screen.out(overviewHelp(table.commands, language));
      return help ? 0 : 64;
    }
    if (help) {
      screen.out(commandHelp(command, language));
      return 0;
    }
    const parsed = parseArguments(command, rest.slice(command.path.length));
    return await command.run({ ...screen, ...readers(parsed), signal: interruption(), nowMs: Date.now });
  } catch (error) {
    return answer(table, screen, error);
  }
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
function setAside(words: readonly string[]): { language: Language; help: boolean; rest: string[] } {
  let language = languageOf(process.env);
  let help = false;
  const rest: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") {
      rest.push(...words.slice(i));
      break;
    }
    if (word === "--help" || word === "-h") help = true;
    else if (word === "--lang") language = words[++i] === "km" ? "km" : "en";
    else if (word.startsWith("--lang=")) language = word === "--lang=km" ? "km" : "en";
    else rest.push(word);
  }
  return { language, help, rest };
}

type Screen = Pick<CommandRequest, "language" | "out" | "err" | "live" | "path" | "passphrase">;

function screenOf(language: Language): Screen {
  const { stderr, stdout } = process;
  const terminal = stderr.isTTY === true;
  let liveShown = false;
  let plainAtMs = Number.NEGATIVE_INFINITY;
  const endLive = (): void => {
    if (liveShown) stderr.write("\r\u001b[K");
    liveShown = false;
  };
  return {
    language,
    out: (line) => {
      endLive();
      stdout.write(`${line}\n`);
    },
    err: (line) => {
      endLive();
      stderr.write(`${line}\n`);
    },
    live: (line) => {
      if (terminal) {
        stderr.write(`\r\u001b[K${line.slice(0, Math.max(20, (stderr.columns ?? 80) - 1))}`);
        liveShown = true;
      } else if (performance.now() - plainAtMs >= PLAIN_LINE_MS) {
        plainAtMs = performance.now();
        stderr.write(`${line}\n`);
      }
    },
    path: (given) => resolve(process.env["INIT_CWD"] ?? process.cwd(), given),
    passphrase: askPassphrase,
  };
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
