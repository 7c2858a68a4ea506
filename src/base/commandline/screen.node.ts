import { resolve } from "node:path";
import type { Language } from "#base/words";
import { askPassphrase } from "./ask-passphrase.node.ts";
import type { CommandRequest } from "./command.ts";

/** A command's ways to the operator. */
export interface Screen extends Pick<CommandRequest, "language" | "out" | "err" | "live" | "path" | "passphrase"> {
  /** After all was said: why some of it could not be written to standard output, if so. */
  lost(): Promise<Error | undefined>;
}

/** Live lines where standard error is no terminal: at most one in this many milliseconds. */
const PLAIN_LINE_MS = 5000;

/**
 * The screen of this process.
 *
 * A reader that leaves (`| head`) or a full disk behind an output never ends the work: an examination and its report go on.
 * A reader that left wanted no more; any other error of standard output is told by `lost`.
 */
export function screenOf(language: Language): Screen {
  const { stderr, stdout } = process;
  const terminal = stderr.isTTY === true;
  let liveShown = false;
  let plainAtMs = Number.NEGATIVE_INFINITY;
  let broken: NodeJS.ErrnoException | undefined;
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    broken ??= error;
  });
  stderr.on("error", () => undefined);
  const endLive = (): void => {
    if (liveShown) stderr.write("\r\u001b[K");
    liveShown = false;
  };
  return {
    language,
    out: (line) => {
      endLive();
      if (broken === undefined) stdout.write(`${withoutControls(line)}\n`);
    },
    err: (line) => {
      endLive();
      stderr.write(`${withoutTurns(line)}\n`);
    },
    live: (told) => {
      const line = withoutTurns(told);
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
    lost: async () => {
      if (broken === undefined) await new Promise<void>((done) => stdout.write("", () => done()));
      return broken?.code === "EPIPE" ? undefined : broken;
    },
  };
}

const PLAIN = /^[\t\n -~]*$/;

/**
 * Foreign text (a path, a stick's serial number) must not speak to the terminal: control characters are written as \xHH.
 * Canonical JSON has none, so it passes unchanged.
 */
function withoutControls(line: string): string {
  if (PLAIN.test(line)) return line;
  return line.replace(/[^\P{Cc}\t\n\u0080-\u009f]/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** The same for messages, also without second controls and marks that turn the direction of writing. */
function withoutTurns(line: string): string {
  return withoutControls(line).replace(
    /[\u0080-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (c) => `\\u{${c.charCodeAt(0).toString(16)}}`,
  );
}
