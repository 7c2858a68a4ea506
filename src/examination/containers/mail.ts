import { utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import type { ContainerVisit, InnerStream } from "./inner-entry.ts";
import { type TextFile, textFile } from "./mail-codes.ts";
import { base64Bytes, type MailPart, mailPart, quotedBytes } from "./mail-fields.ts";
import { readBytes } from "./read-bytes.ts";

const WINDOW_BYTES = 2 ** 18;
const LINE_MOST = 65_536;
const HEAD_MOST_LINES = 2000;
const NESTING_MOST = 32;

/** A line, without its end, and where it begins. */
interface MailLine {
  text: string;
  at: number;
}

/** Lines of a source as Latin-1; a longer one comes in pieces. */
function* linesOf(source: ByteSource, onRead: () => void): Generator<MailLine> {
  let [rest, restAt] = ["", 0];
  for (let at = 0; at < source.sizeBytes; ) {
    const window = readBytes(source, at, WINDOW_BYTES);
    if (window.length === 0) break;
    onRead();
    let text = rest;
    for (let i = 0; i < window.length; i += 8192) text += String.fromCharCode(...window.subarray(i, i + 8192));
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      yield { text: text.slice(from, end).replace(/\r$/, ""), at: restAt + from };
      from = end + 1;
    }
    [rest, restAt] = [text.slice(from), restAt + from];
    if (rest.length > LINE_MOST) {
      yield { text: rest, at: restAt };
      [rest, restAt] = ["", restAt + rest.length];
    }
    at += window.length;
  }
  if (rest !== "") yield { text: rest.replace(/\r$/, ""), at: restAt };
}

/** A box of mails: each is a file of its own. @see RFC 4155 */
export function readMbox(source: ByteSource, visit: ContainerVisit): void {
  let [from, number, isBlank] = [-1, 0, true];
  const give = (to: number): void => {
    if (from < 0 || to <= from) return;
    const bytes = slice(source, from, to - from);
    visit.entry({ path: [utf8(`${++number}.eml`)], content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes });
  };
  for (const { text, at } of linesOf(source, () => visit.budget.spend(0))) {
    if (isBlank && text.startsWith("From ")) {
      give(at);
      from = -1;
    } else if (from < 0) from = at;
    isBlank = text === "";
  }
  give(source.sizeBytes);
}

/** A mail: its attachments and pictures, unpacked. @see RFC 2045, RFC 2046 §5.1 */
export function readMail(source: ByteSource, visit: ContainerVisit): void {
  const state: Reading = {
    visit,
    boundaries: [],
    head: [],
    part: null,
    open: null,
    number: 0,
    held: "",
    written: null,
  };
  for (const { text } of linesOf(source, () => visit.budget.spend(0))) takeLine(state, text);
  endPart(state, state.boundaries.length === 0);
  if (state.boundaries.length > 0) visit.problem("damaged");
}

interface Reading {
  visit: ContainerVisit;
  /** Of multiparts that are open, the outermost first. */
  boundaries: string[];
  /** Lines of the header that is read; null: a body is. */
  head: string[] | null;
  part: MailPart | null;
  open: InnerStream | null;
  number: number;
  /** A file within text. */
  written: { file: TextFile; stream: InnerStream } | null;
  /** Base64 whose letters do not make whole bytes yet. */
  held: string;
}

function takeLine(state: Reading, line: string): void {
  const level = line.startsWith("--") ? boundaryAt(state, line) : -1;
  if (level >= 0) {
    endPart(state, true);
    const isLast = line.slice(2 + (state.boundaries[level]?.length ?? 0)).startsWith("--");
    state.boundaries.length = isLast ? level : level + 1;
    state.head = isLast ? null : [];
    state.part = null;
  } else if (state.head !== null) {
    if (line !== "" && state.head.length < HEAD_MOST_LINES) state.head.push(line);
    else beginPart(state);
  } else if (state.open !== null) takeBody(state, line);
  else takeText(state, line);
}

/** Text of a mail: a file may be written in it. */
function takeText(state: Reading, line: string): void {
  if (state.written === null) {
    const file = textFile(line);
    if (file === null) return;
    const name = file.name.replaceAll("/", "_");
    state.written = { file, stream: state.visit.stream([utf8(name === "" ? `text${state.number}` : name)], true) };
    return;
  }
  const bytes = state.written.file.line(line);
  if (bytes === null) endWritten(state, true);
  else if (bytes.length > 0) state.written.stream.piece(bytes);
}

function endWritten(state: Reading, complete: boolean): void {
  const { written } = state;
  state.written = null;
  written?.stream.end(complete);
}

function boundaryAt({ boundaries }: Reading, line: string): number {
  for (let level = boundaries.length - 1; level >= 0; level--) {
    const boundary = boundaries[level] as string;
    const rest = line.startsWith(boundary, 2) ? line.slice(2 + boundary.length).trim() : null;
    if (rest === "" || rest === "--") return level;
  }
  return -1;
}

function beginPart(state: Reading): void {
  const part = mailPart(state.head ?? []);
  state.head = null;
  state.part = part;
  if (part.type.startsWith("multipart/")) {
    if (part.boundary !== null && state.boundaries.length < NESTING_MOST) state.boundaries.push(part.boundary);
    else state.visit.problem("damaged");
    return;
  }
  state.number++;
  // What is only read as text is no file; files may be written in it.
  if (part.name === null && part.type.startsWith("text/") && part.type !== "text/html") return;
  const name = (part.name ?? "").replaceAll("/", "_");
  const ending = part.type.startsWith("message/") ? ".eml" : part.type === "text/html" ? ".html" : "";
  state.open = state.visit.stream([utf8(name === "" ? `part${state.number}${ending}` : name)], true);
}

function takeBody(state: Reading, line: string): void {
  const { open, part } = state;
  if (part?.encoding === "base64") {
    const letters = state.held + line.replace(/[^A-Za-z0-9+/]/g, "");
    const whole = letters.length - (letters.length % 4);
    state.held = letters.slice(whole);
    if (whole > 0) open?.piece(base64Bytes(letters.slice(0, whole)));
  } else if (part?.encoding === "quoted-printable") open?.piece(quotedBytes(line));
  else open?.piece(Uint8Array.from(`${line}\r\n`, (letter) => letter.charCodeAt(0) & 0xff));
}

function endPart(state: Reading, complete: boolean): void {
  const { open, held } = state;
  if (state.head !== null && state.head.length > 0) beginPart(state);
  endWritten(state, false);
  if (open === null) return;
  if (held !== "") open.piece(base64Bytes(held));
  state.held = "";
  state.open = null;
  open.end(complete);
}
