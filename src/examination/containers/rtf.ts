import { utf8 } from "#base/values";
import type { ByteSource } from "#examination/sources";
import type { ContainerVisit, InnerStream } from "./inner-entry.ts";
import { readBytes } from "./read-bytes.ts";

const WINDOW_BYTES = 2 ** 16;
/** Fewer digits are no picture. */
const LEAST_DIGITS = 256;
/** Control words, whose letters are no digits; digits and spaces; everything else. */
const RUNS = /\\[a-zA-Z]+-?\d* ?|([0-9a-fA-F\s]+)|[^0-9a-fA-F\s\\]+|\\/g;
const WORD_MOST = 64;

/** Pictures and objects in RTF stand as hexadecimal digits. @see Rich Text Format Specification 1.9.1, §Pictures, §Objects */
export function readRtf(source: ByteSource, visit: ContainerVisit): void {
  let [digits, open, from] = ["", null as InnerStream | null, 0];
  const give = (all: boolean): void => {
    if (open === null && digits.length < LEAST_DIGITS) {
      if (all) digits = "";
      return;
    }
    open ??= visit.stream([utf8(`hex-${from}`)], true);
    const whole = digits.length - (digits.length % 2);
    const bytes = new Uint8Array(whole / 2);
    for (let i = 0; i < whole; i += 2) bytes[i / 2] = Number.parseInt(digits.slice(i, i + 2), 16);
    if (bytes.length > 0) open.piece(bytes);
    digits = digits.slice(whole);
    if (!all) return;
    open.end(true);
    [digits, open] = ["", null];
  };
  let [rest, restAt] = ["", 0];
  for (let at = 0; at < source.sizeBytes; at += WINDOW_BYTES) {
    visit.budget.spend(0);
    const whole = rest + String.fromCharCode(...readBytes(source, at, WINDOW_BYTES));
    const isLast = at + WINDOW_BYTES >= source.sizeBytes;
    // A control word may go on in the next window.
    const cut = isLast ? -1 : whole.lastIndexOf("\\");
    const text = cut >= 0 && cut > whole.length - WORD_MOST ? whole.slice(0, cut) : whole;
    for (const run of text.matchAll(RUNS)) {
      const plain = run[1]?.replace(/\s+/g, "");
      if (plain === undefined) give(true);
      else {
        if (digits === "" && open === null) from = restAt + run.index;
        digits += plain;
      }
    }
    give(false);
    [rest, restAt] = [whole.slice(text.length), restAt + text.length];
  }
  give(true);
}
