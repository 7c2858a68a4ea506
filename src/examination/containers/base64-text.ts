import { utf8 } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { contentType, TYPE_HEAD_BYTES } from "./content-type.ts";
import type { ContainerVisit, InnerStream } from "./inner-entry.ts";
import { base64Bytes } from "./mail-fields.ts";
import { readBytes } from "./read-bytes.ts";

// Files written as base64 within text: "data:" addresses of web pages, flat OpenDocument, Word's XML of 2003, photographs of vCards.
// @see RFC 2397; OpenDocument 1.3 §2.3 (office:binary-data); RFC 6350 §6.2.4

const WINDOW_BYTES = 2 ** 16;
/** Fewer letters are no picture. */
const RUN_LEAST = 256;
/** Lines of a run are at most so far from each other: an end of a line, and what goes in. */
const GAP_MOST = 40;
/** Lines of a run: words are shorter. */
const RUNS = /[A-Za-z0-9+/]{40,}/g;

/** Gives what is written as base64, where its first bytes are those of a known type. */
export function readBase64Text(source: ByteSource, visit: ContainerVisit): void {
  const run: Run = { letters: "", at: 0, open: null, isFile: null };
  let [rest, restAt, endAt] = ["", 0, 0];
  for (let at = 0; at < source.sizeBytes; at += WINDOW_BYTES) {
    visit.budget.spend(0);
    const text = rest + String.fromCharCode(...readBytes(source, at, WINDOW_BYTES));
    const isLast = at + WINDOW_BYTES >= source.sizeBytes;
    // A short tail may be the beginning of a line.
    const tail = isLast ? 0 : (/[A-Za-z0-9+/]{0,39}$/.exec(text)?.[0].length ?? 0);
    const whole = text.slice(0, text.length - tail);
    for (const found of whole.matchAll(RUNS)) {
      const from = restAt + found.index;
      const between = found.index - (endAt - restAt);
      const goesOn = run.letters !== "" || run.open !== null;
      const gap = between <= 0 ? "" : between > GAP_MOST ? "x" : whole.slice(Math.max(0, endAt - restAt), found.index);
      // The last line of a run may be a short one.
      const short = /^[\r\n\t ]*([A-Za-z0-9+/]{1,39})=*[^A-Za-z0-9+/]*$/.exec(gap);
      if (goesOn && !/^\s*$/.test(gap)) end(run, visit, short?.[1] ?? "");
      if (run.letters === "" && run.open === null && run.isFile === null) run.at = from;
      take(run, visit, found[0]);
      endAt = from + found[0].length;
    }
    [rest, restAt] = [text.slice(whole.length), restAt + whole.length];
    const after = whole.slice(Math.max(0, whole.length - (restAt - endAt)));
    if (restAt - endAt > GAP_MOST) {
      end(run, visit, shortLine(after));
      endAt = restAt;
    }
  }
  end(run, visit, shortLine(rest));
}

interface Run {
  letters: string;
  at: number;
  open: InnerStream | null;
  /** null: too little came to tell. */
  isFile: boolean | null;
}

/** The last line of a run, where it is a short one. */
function shortLine(text: string): string {
  return /^[\r\n\t ]*([A-Za-z0-9+/]{1,39})/.exec(text)?.[1] ?? "";
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

function end(run: Run, visit: ContainerVisit, last: string): void {
  if (run.open !== null) {
    take(run, visit, last);
    if (run.letters !== "") run.open.piece(base64Bytes(run.letters));
    run.open.end(true);
  }
  run.letters = "";
  run.open = null;
  run.isFile = null;
}
