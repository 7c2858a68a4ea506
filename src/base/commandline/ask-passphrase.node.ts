import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { commandlineFault } from "./faults.ts";

/** Longest passphrase file that is read, bytes. */
const LIMIT_BYTES = 4096;
/** Exit code of Ctrl-C. */
const INTERRUPTED = 130;

/**
 * The passphrase from a file (its first line), from standard input ("-"), or typed without echo at the terminal.
 *
 * @throws {Fault} passphrase/unreadable, passphrase/empty, usage/no-terminal.
 */
export async function askPassphrase(file: string | undefined, question: string): Promise<string> {
  const text = file === undefined ? await typed(question) : fromFile(file);
  const line = text.split(/\r?\n/, 1)[0] ?? "";
  if (line === "") throw commandlineFault("passphrase/empty", "The passphrase is empty");
  return line.normalize("NFC");
}

function fromFile(file: string): string {
  try {
    if (file === "-") return firstBytes(0);
    const fd = openSync(file, "r");
    try {
      if (fstatSync(fd).isDirectory()) readFileSync(file);
      return firstBytes(fd);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    throw commandlineFault("passphrase/unreadable", `Cannot read the passphrase file ${file}`, {
      cause,
      values: { path: file },
    });
  }
}

function firstBytes(fd: number): string {
  const bytes = Buffer.alloc(LIMIT_BYTES);
  let length = 0;
  while (length < LIMIT_BYTES) {
    const read = readSync(fd, bytes, length, LIMIT_BYTES - length, null);
    if (read === 0) break;
    length += read;
    if (bytes.subarray(0, length).includes(10)) break;
  }
  return bytes.toString("utf8", 0, length);
}

async function typed(question: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) throw commandlineFault("usage/no-terminal", "No terminal to ask for the passphrase");
  stderr.write(`${question} `);
  stdin.setRawMode(true);
  try {
    return await untilEnter(stdin);
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}

function untilEnter(stdin: NodeJS.ReadStream): Promise<string> {
  const decoder = new StringDecoder("utf8");
  return new Promise((resolve) => {
    let text = "";
    const take = (chunk: Buffer): void => {
      for (const character of decoder.write(chunk)) {
        if (character === "\r" || character === "\n" || character === "\u0004") {
          stdin.off("data", take);
          resolve(text);
          return;
        }
        // Nothing has been begun: Ctrl-C ends at once, and gives the terminal back as it was.
        if (character === "\u0003") {
          stdin.setRawMode(false);
          process.stderr.write("\n");
          process.exit(INTERRUPTED);
        } else if (character === "\u007f" || character === "\b") text = [...text].slice(0, -1).join("");
        else text += character;
      }
    };
    stdin.on("data", take);
    stdin.resume();
  });
}
