import { concatBytes, toHex, utf8 } from "#base/values";

/** A chain of names as text: reversible, one text for one chain. */
export interface Place {
  place: string;
  /** Hexadecimal of the names' bytes joined by 2f; only where a name is not valid Unicode. */
  placeBytes?: string;
}

/**
 * Writes a chain of parents (device, partition, folder, file …) as one line of text that cannot mislead a reader.
 *
 * @param chain Names as the medium holds them, any bytes; the outermost first.
 * @returns Names joined by "/"; escapes: docs/formats/place.md 1. placeNames(place) gives the same bytes again.
 */
export function placeText(chain: readonly Uint8Array[]): Place {
  let valid = true;
  const names = chain.map((name) => {
    if (isPlain(name)) return decoder.decode(name);
    const points = codePoints(name);
    if (points.some((point) => point < 0)) valid = false;
    return nameText(points);
  });
  const place = names.join("/");
  if (valid) return { place };
  const slash = Uint8Array.of(0x2f);
  return { place, placeBytes: toHex(concatBytes(...chain.flatMap((name, i) => (i > 0 ? [slash, name] : [name])))) };
}

const decoder = new TextDecoder();

/** Most names are ASCII that is written as it stands. */
function isPlain(name: Uint8Array): boolean {
  const last = name.length - 1;
  if (last < 0 || name[0] === 0x2e || name[0] === 0x20 || name[last] === 0x20) return false;
  for (const byte of name) if (byte < 0x20 || byte > 0x7e || byte === 0x2f || byte === 0x5c) return false;
  return true;
}

/**
 * The names of a place: what placeText was given.
 *
 * @throws {RangeError} Where the text is not a place in the one form that placeText writes.
 */
export function placeNames(place: string): Uint8Array[] {
  const names = place === "" ? [] : place.split("/").map(nameBytes);
  if (placeText(names).place !== place) {
    throw new RangeError(
      `Cannot read a place: it must be written as placeText does, current length is ${place.length}`,
    );
  }
  return names;
}

/** The names of a path: its parts between "/", empty ones left out. */
export function splitPath(path: Uint8Array): Uint8Array[] {
  const names: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at <= path.length; at++) {
    if (at < path.length && path[at] !== 0x2f) continue;
    if (at > from) names.push(path.slice(from, at));
    from = at + 1;
  }
  return names;
}

/** An absolute or relative path as text: as placeText, and with the "/" it begins with. */
export function pathText(path: Uint8Array): Place {
  const { place, placeBytes } = placeText(splitPath(path));
  const root = path[0] === 0x2f ? "/" : "";
  return placeBytes === undefined ? { place: root + place } : { place: root + place, placeBytes: toHex(path) };
}

// Drawn as nothing, as a space, or turning the order of what follows. Fixed here and not taken from the machine's
// Unicode tables: the same name must be written alike by every version. Unicode 16.0.
const HIDDEN: readonly (readonly [number, number])[] = [
  [0x00, 0x1f], // controls
  [0x2f, 0x2f], // the separator
  [0x5c, 0x5c], // the escape
  [0x7f, 0xa0], // delete, C1 controls, no-break space
  [0xad, 0xad], // soft hyphen
  [0x034f, 0x034f], // grapheme joiner
  [0x061c, 0x061c], // Arabic letter mark
  [0x115f, 0x1160], // Hangul fillers
  [0x1680, 0x1680],
  [0x17b4, 0x17b5], // Khmer inherent vowels, never drawn
  [0x180b, 0x180f],
  [0x2000, 0x200f], // spaces, zero-width characters, direction marks
  [0x2028, 0x202f], // line and paragraph separators, direction overrides
  [0x205f, 0x206f], // invisible operators, direction isolates
  [0x2800, 0x2800],
  [0x3000, 0x3000],
  [0x3164, 0x3164],
  [0xe000, 0xf8ff], // private use
  [0xfdd0, 0xfdef],
  [0xfe00, 0xfe0f], // variation selectors
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffc],
  [0xfffe, 0xffff],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0x10ffff], // tags, selectors, private use
];

/** Text of one name from its code points; an invalid byte b stands as -1 - b. */
function nameText(points: readonly number[]): string {
  if (points.length === 0) return "\\e";
  if (points.every((point) => point === 0x2e) && points.length <= 2) return "\\x2e".repeat(points.length);
  return points.map((point, i) => pointText(point, points[i - 1], points[i + 1])).join("");
}

function pointText(point: number, before: number | undefined, after: number | undefined): string {
  if (point < 0) return byteEscape(-1 - point);
  if (point === 0x5c) return "\\\\";
  if (point === 0x20 && (before === undefined || after === undefined)) return "\\x20";
  if (point >= 0x200b && point <= 0x200d && isKhmer(before) && isKhmer(after)) return String.fromCodePoint(point);
  if (!HIDDEN.some(([first, last]) => point >= first && point <= last)) return String.fromCodePoint(point);
  return point < 0x80 ? byteEscape(point) : `\\u{${point.toString(16)}}`;
}

function byteEscape(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** Khmer writes word borders as zero-width spaces: between Khmer characters they are spelling, not disguise. */
function isKhmer(point: number | undefined): boolean {
  return point !== undefined && point >= 0x1780 && point <= 0x17ff;
}

/** Code points of UTF-8; each byte b that is not part of a valid character as -1 - b. @see RFC 3629 §4 */
function codePoints(bytes: Uint8Array): number[] {
  const points: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      points.push(-1 - first);
      at++;
      continue;
    }
    let point = length === 1 ? first : first & (0x7f >> length);
    for (let i = 1; i < length; i++) point = (point << 6) | ((bytes[at + i] ?? 0) & 0x3f);
    points.push(point);
    at += length;
  }
  return points;
}

/** Bytes of the valid character at `at`, 0 where there is none (surrogates and overlong forms are none). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) {
    const low = i > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = i > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    const byte = bytes[at + i] ?? 0;
    if (byte < low || byte > high) return 0;
  }
  return length;
}

function nameBytes(text: string): Uint8Array {
  if (text === "\\e") return new Uint8Array(0);
  const parts = text.match(/\\\\|\\x[0-9a-f]{2}|\\u\{[0-9a-f]{2,6}\}|[^\\]+|\\/gu) ?? [];
  return concatBytes(...parts.map(partBytes));
}

function partBytes(part: string): Uint8Array {
  if (!part.startsWith("\\")) return utf8(part);
  if (part === "\\\\") return Uint8Array.of(0x5c);
  const digits = part.replace(/^\\[xu]\{?|\}$/g, "");
  const value = Number.parseInt(digits, 16);
  if (part.startsWith("\\x")) return Uint8Array.of(value);
  if (!(value <= 0x10ffff)) throw new RangeError(`Cannot read a place: unknown escape, current value is "${part}"`);
  return utf8(String.fromCodePoint(value));
}
