/** A value of a PDF's object; a name begins with "/". */
export type PdfValue = number | string | boolean | null | Uint8Array | PdfRef | PdfValue[] | PdfDict;
export type PdfDict = ReadonlyMap<string, PdfValue>;
/** Of an object elsewhere in the file. */
export interface PdfRef {
  ref: number;
}

const MOST_DEPTH = 24;
const SPACE = /[\0\t\n\f\r ]/;
const END = /[\0\t\n\f\r ()<>[\]{}/%]/;

/** Reads one value after another from a text of one byte a character. */
export interface PdfReader {
  /** @throws {RangeError} At the text's end, and where it nests too deep. */
  value(depth?: number): PdfValue;
  /** Where the next value would begin, spaces and remarks left out. */
  at(): number;
}

/** @see ISO 32000-1, 7.2 and 7.3 */
export function pdfReader(text: string, fromChar = 0): PdfReader {
  let at = fromChar;
  const skip = (): number => {
    for (; at < text.length; at++) {
      if (text[at] === "%") while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at++;
      else if (!SPACE.test(text[at] ?? "")) break;
    }
    return at;
  };
  const word = (): string => {
    const start = at;
    if (text[at] === "/") at++;
    while (at < text.length && !END.test(text[at] ?? "")) at++;
    if (at === start) at++;
    return text.slice(start, at);
  };
  const until = (close: string, depth: number): PdfValue[] => {
    const values: PdfValue[] = [];
    for (skip(); !text.startsWith(close, at); skip()) values.push(value(depth + 1));
    at += close.length;
    return values;
  };
  const value = (depth = 0): PdfValue => {
    skip();
    if (at >= text.length || depth > MOST_DEPTH) throw new RangeError("Cannot read a PDF's value: it has no end here");
    if (text.startsWith("<<", at)) {
      at += 2;
      return dictOf(until(">>", depth));
    }
    if (text[at] === "[") {
      at++;
      return until("]", depth);
    }
    if (text[at] === "(" || text[at] === "<") return string();
    return plain(word());
  };
  const string = (): Uint8Array => {
    const { bytes, endChar } = text[at] === "(" ? literal(text, at) : hexadecimal(text, at);
    at = endChar;
    return bytes;
  };
  /** A number may be the beginning of a reference: "12 0 R". */
  const plain = (token: string): PdfValue => {
    if (token.startsWith("/"))
      return token.replace(/#([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    if (token === "true" || token === "false") return token === "true";
    if (token === "null") return null;
    const number = Number(token);
    if (!Number.isFinite(number)) return `?${token}`;
    const rest = /^[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]+R(?![A-Za-z])/.exec(text.slice(at, at + 24));
    if (rest === null || !Number.isSafeInteger(number) || number < 0) return number;
    at += rest[0].length;
    return { ref: number };
  };
  return { value, at: skip };
}

/** A string, and where what follows it begins. */
interface StringSpan {
  bytes: Uint8Array;
  endChar: number;
}

function literal(text: string, at: number): StringSpan {
  const bytes: number[] = [];
  for (let open = 1, i = at + 1; ; i++) {
    const one = text[i];
    if (one === undefined) throw new RangeError("Cannot read a PDF's text: it has no end here");
    if (one === "(") open++;
    if (one === ")" && --open === 0) return { bytes: Uint8Array.from(bytes), endChar: i + 1 };
    if (one !== "\\") bytes.push(one.charCodeAt(0));
    else i = escaped(text, i + 1, bytes);
  }
}

function hexadecimal(text: string, at: number): StringSpan {
  const end = text.indexOf(">", at);
  if (end < 0) throw new RangeError("Cannot read a PDF's text: it has no end here");
  const digits = text.slice(at + 1, end).replace(/[^0-9a-fA-F]/g, "");
  const bytes = Uint8Array.from({ length: Math.ceil(digits.length / 2) }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2).padEnd(2, "0"), 16),
  );
  return { bytes, endChar: end + 1 };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, b: 8, f: 12 };

/** @returns Where the last character of the escape stands. */
function escaped(text: string, at: number, bytes: number[]): number {
  const octal = /^[0-7]{1,3}/.exec(text.slice(at, at + 3))?.[0];
  if (octal !== undefined) {
    bytes.push(Number.parseInt(octal, 8) & 255);
    return at + octal.length - 1;
  }
  const one = text[at] ?? "";
  if (one === "\r") return text[at + 1] === "\n" ? at + 1 : at;
  if (one !== "\n") bytes.push(ESCAPES[one] ?? one.charCodeAt(0));
  return at;
}

function dictOf(values: readonly PdfValue[]): PdfDict {
  const dict = new Map<string, PdfValue>();
  for (let i = 0; i + 1 < values.length; i += 2) {
    const name = values[i];
    if (typeof name === "string") dict.set(name, values[i + 1] ?? null);
  }
  return dict;
}

export const isDict = (value: PdfValue | undefined): value is PdfDict => value instanceof Map;
export const isRef = (value: PdfValue | undefined): value is PdfRef =>
  typeof value === "object" && value !== null && "ref" in value;
