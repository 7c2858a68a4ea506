import { utf8 } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { contentType, TYPE_HEAD_BYTES } from "./content-type.ts";
import type { ContainerVisit, InnerStream } from "./inner-entry.ts";
import { base64Bytes } from "./mail-fields.ts";
import { readBytes } from "./read-bytes.ts";

// Files written as base64 within text: "data:" addresses of web pages, flat OpenDocument, Word's XML of 2003, photographs of vCards.
// @see RFC 2397; OpenDocument 1.3 §2.3 (office:binary-data); RFC 6350 §6.2.4

const WINDOW_BYTES = 2 ** 16;
/** Of a line within a run, but for its last: words are shorter. */
const LINE_LEAST = 40;
/** Fewer letters are no picture; a line of so many is a run of its own. */
const RUN_LEAST = 256;
const GAP_MOST = 40;
const START = /[A-Za-z0-9+/]{40}/g;
const LETTERS = /[A-Za-z0-9+/]*/y;
const GAP = /\s*/y;

interface Run {
  /** Letters that do not make whole bytes yet. */
  letters: string;
  at: number;
  /** Letters of the line that is read. */
  line: number;
  /** What stands between its lines; null: its first line is read. */
  gap: string | null;
  open: InnerStream | null;
  /** null: too little came to tell. */
  isFile: boolean | null;
}

/** Gives what is written as base64, where its first bytes are those of a known type. */
export function readBase64Text(source: ByteSource, visit: ContainerVisit): void {
  let run: Run | null = null;
  let [text, textAt] = ["", 0];
  for (let read = 0; read < source.sizeBytes; read += WINDOW_BYTES) {
    visit.budget.spend(0);
    text += String.fromCharCode(...readBytes(source, read, WINDOW_BYTES));
    const isLast = read + WINDOW_BYTES >= source.sizeBytes;
    let at = 0;
    while (at < text.length) {
      if (run === null) {
        START.lastIndex = at;
        const found = START.exec(text);
        // Letters at the window's end may go on.
        at = found?.index ?? text.length - (/[A-Za-z0-9+/]{0,39}$/.exec(text)?.[0].length ?? 0);
        if (found === null) break;
        run = { letters: "", at: textAt + at, line: 0, gap: null, open: null, isFile: null };
      }
      const letters = matched(LETTERS, text, at);
      take(run, visit, letters);
      run.line += letters.length;
      at += letters.length;
      const gap = matched(GAP, text, at);
      if (!isLast && at + gap.length >= text.length && gap.length <= GAP_MOST) break;
      if (goesOn(run, gap, text[at + gap.length] ?? "")) {
        [run.gap, run.line] = [gap, 0];
        at += gap.length;
      } else {
        end(run, visit);
        run = null;
      }
    }
    [text, textAt] = [text.slice(at), textAt + at];
  }
  if (run !== null) end(run, visit);
}

function matched(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? "";
}

/** Whether a run has one more line: behind a whole one, and behind the same gap as the lines before it. */
function goesOn(run: Run, gap: string, next: string): boolean {
  if (run.line < LINE_LEAST || gap === "" || gap.length > GAP_MOST || !/[A-Za-z0-9+/]/.test(next)) return false;
  return run.gap === null ? run.line < RUN_LEAST : run.gap === gap;
}

function take(run: Run, visit: ContainerVisit, letters: string): void {
  if (run.isFile === false) return;
  run.letters += letters;
  if (run.isFile === null && run.letters.length >= RUN_LEAST) {
    run.isFile = contentType(base64Bytes(run.letters.slice(0, TYPE_HEAD_BYTES))) !== "unknown";
    if (!run.isFile) run.letters = "";
  }
  if (run.isFile !== true) return;
  run.open ??= visit.stream([utf8(`base64-${run.at}`)]);
  const whole = run.letters.length - (run.letters.length % 4);
  if (whole > 0) run.open.piece(base64Bytes(run.letters.slice(0, whole)));
  run.letters = run.letters.slice(whole);
}

function end(run: Run, visit: ContainerVisit): void {
  take(run, visit, "");
  if (run.open === null) return;
  if (run.letters !== "") run.open.piece(base64Bytes(run.letters));
  run.open.end(true);
}
