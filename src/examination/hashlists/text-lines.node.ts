import type { ListFlaw, ListPlace } from "./list-record.ts";

/** A longer line is left out and told. */
const LINE_BYTES_MOST = 1 << 16;
/** Lines that one quoted field may go over. */
const QUOTED_LINES_MOST = 100;

/** What is done with the lines of a text. */
export interface LineTaker {
  /** @param text One line as Latin letters: a byte is a letter, so that places are exact. */
  line(text: string, place: Required<ListPlace>): void;
  reject(flaw: ListFlaw, place: Required<ListPlace>): void;
}

/** The next line that was not handed on: its place. */
export type LineMark = Required<ListPlace>;

/** Cuts a text into lines. */
export interface TextLines {
  push(bytes: Uint8Array): void;
  end(): void;
  /** Undefined within a line that is too long. */
  mark(): LineMark | undefined;
}

/**
 * Cuts a text into lines (LF or CR LF), piece by piece and in bounded memory.
 *
 * @param from A line to go on with; the first byte pushed is its first.
 */
export function textLines(taker: LineTaker, from: LineMark = { offsetBytes: 0, line: 1 }): TextLines {
  let rest = "";
  let [restAt, line] = [from.offsetBytes, from.line];
  /** Where the line began that is too long to be held; undefined: there is none. */
  let skippedAt: number | undefined;
  let first = restAt === 0;
  const give = (text: string, offsetBytes: number): void => {
    const place = { offsetBytes: skippedAt ?? offsetBytes, line: line++ };
    if (skippedAt !== undefined || text.length > LINE_BYTES_MOST) taker.reject("too-long", place);
    else taker.line(text.endsWith("\r") ? text.slice(0, -1) : text, place);
    skippedAt = undefined;
  };
  return {
    mark: () => (skippedAt === undefined ? { offsetBytes: restAt, line } : undefined),
    push(bytes) {
      let text = rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
      if (first && text.length >= 3) {
        first = false;
        if (text.startsWith("\u00ef\u00bb\u00bf")) [text, restAt] = [text.slice(3), 3];
      }
      let from = 0;
      for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
        give(text.slice(from, at), restAt + from);
        from = at + 1;
      }
      restAt += from;
      rest = text.slice(from);
      if (rest.length <= LINE_BYTES_MOST) return;
      // Of a line without an end only its place is kept.
      skippedAt ??= restAt;
      restAt += rest.length;
      rest = "";
    },
    end() {
      if (rest !== "" || skippedAt !== undefined) give(rest, restAt);
    },
  };
}

/** How rows of CSV are joined. */
export interface RowWish {
  taker: LineTaker;
  /** Whether a line ends within a quoted field. */
  isOpen(text: string): boolean;
  /** Whether joined lines are one row. */
  fits(text: string): boolean;
}

/** Hands on rows of CSV: where a quoted field goes on in the next line, lines are joined; a quote that never ends costs its own line only. */
export function quotedRows({
  taker,
  isOpen,
  fits,
}: RowWish): LineTaker & { end(): void; heldFrom(): LineMark | undefined } {
  let held: { text: string; place: Required<ListPlace> }[] = [];
  let bytes = 0;
  const giveUp = (): void => {
    const [opener, ...others] = held;
    held = [];
    bytes = 0;
    if (opener !== undefined) taker.reject("open-quote", opener.place);
    for (const { text, place } of others) {
      if (isOpen(text)) taker.reject("open-quote", place);
      else taker.line(text, place);
    }
  };
  return {
    reject: taker.reject,
    end: giveUp,
    heldFrom: () => held[0]?.place,
    line(text, place) {
      if (held.length === 0 && !isOpen(text)) {
        taker.line(text, place);
        return;
      }
      held.push({ text, place });
      bytes += text.length + 1;
      const [opener] = held;
      const joined = held.length > 1 && text.includes('"') ? held.map((part) => part.text).join("\n") : undefined;
      if (opener !== undefined && joined !== undefined && !isOpen(joined) && fits(joined)) {
        held = [];
        bytes = 0;
        taker.line(joined, opener.place);
      } else if (held.length > QUOTED_LINES_MOST || bytes > LINE_BYTES_MOST) giveUp();
    },
  };
}

/** Whether a line of CSV ends within a quoted field. */
export function endsInQuotes(line: string, separator: string): boolean {
  if (!line.includes('"')) return false;
  let at = 0;
  while (at < line.length) {
    if (line[at] === '"') {
      for (at++; ; at += 2) {
        const quote = line.indexOf('"', at);
        if (quote < 0) return true;
        at = quote;
        if (line[quote + 1] !== '"') break;
      }
    }
    const end = line.indexOf(separator, at);
    if (end < 0) return false;
    at = end + 1;
  }
  return false;
}

/** Fields of a line of CSV. RFC 4180 §2: quotes around fields, doubled within. */
export function csvFields(line: string, separator: string): string[] {
  if (!line.includes('"')) return line.split(separator);
  const fields: string[] = [];
  let at = 0;
  while (at <= line.length) {
    if (line[at] === '"') {
      const [field, next] = quotedField(line, at + 1);
      fields.push(field);
      const end = line.indexOf(separator, next);
      if (end < 0) return fields;
      at = end + 1;
      continue;
    }
    const end = line.indexOf(separator, at);
    fields.push(line.slice(at, end < 0 ? line.length : end));
    if (end < 0) return fields;
    at = end + 1;
  }
  return fields;
}

/** @returns the field, and the place behind its closing quote. */
function quotedField(line: string, from: number): [field: string, next: number] {
  let field = "";
  for (let at = from; ; ) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return [field + line.slice(at), line.length];
    field += line.slice(at, quote);
    if (line[quote + 1] !== '"') return [field, quote + 1];
    field += '"';
    at = quote + 2;
  }
}

/** What Latin letters say as UTF-8, where they are. */
export function utf8Text(latin: string): string {
  for (let i = 0; i < latin.length; i++) {
    if (latin.charCodeAt(i) > 0x7f) return Buffer.from(latin, "latin1").toString("utf8");
  }
  return latin;
}
