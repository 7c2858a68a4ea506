import { looksLikeMail, looksLikeMbox } from "#examination/containers";
import { type Candidate, wholeAt } from "./candidate.ts";
import type { CarveGround } from "./carve-ground.ts";

const HEAD_BYTES = 4096;
const FIELDS_MOST_BYTES = 65_536;
const WINDOW_BYTES = 2 ** 18;
const MAIL_MOST_BYTES = 64 * 2 ** 20;
/** Texts have line ends, tabs and the marks of old codes, and no other control. */
const NO_TEXT = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 && ![0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte) ? 1 : 0,
);

/**
 * A mail, or a box of them, where a sector begins: text up to the line that ends its parts, or up to the first byte that is none of a text.
 * Nothing proves its end: what stands in it, by the lines around it, does.
 */
export function followMail(ground: CarveGround, at: number): Candidate | null {
  const { bytes } = ground;
  if (at % 512 !== 0) return null;
  const head = bytes.few(at, HEAD_BYTES);
  ground.walkBytes -= HEAD_BYTES;
  const isBox = looksLikeMbox(head);
  if (!isBox && !looksLikeMail(head)) return null;
  const last = isBox ? null : lastLine(ground, at);
  return ended(ground, at, textEnd(ground, at, last));
}

/** Where a text ends: behind its last line where that is known, else in front of the first byte that is none of a text. */
function textEnd(ground: CarveGround, at: number, last: Uint8Array | null): number {
  const most = Math.min(ground.bytes.sizeBytes, at + MAIL_MOST_BYTES);
  const overlap = last === null ? 0 : last.length + 2;
  let windowBytes = HEAD_BYTES;
  for (let from = at; ; windowBytes = Math.min(WINDOW_BYTES, windowBytes * 4)) {
    const window = ground.bytes.bytes(from, Math.min(windowBytes, most - from));
    ground.walkBytes -= window.length;
    for (let i = 0; i < window.length; i++) {
      const byte = window[i] as number;
      if (NO_TEXT[byte] === 1) return from + i;
      if (byte !== 0x0a || last === null || window[i + 1] !== 0x2d || !holdsBytes(window, i + 1, last)) continue;
      return from + i + 1 + last.length + lineEnd(window, i + 1 + last.length);
    }
    if (from + window.length >= most || ground.walkBytes <= 0) return from + window.length;
    from += window.length - overlap;
  }
}

function holdsBytes(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}

/** A mail has a line without anything behind its header. */
function ended({ bytes }: CarveGround, at: number, end: number): Candidate | null {
  const fields = latin(bytes.few(at, Math.min(FIELDS_MOST_BYTES, end - at)));
  return /\n\r?\n/.test(fields) ? wholeAt("mail", at, end - at) : null;
}

/** The line behind the last part, where the mail's own header names what parts it; null: it has no parts. */
function lastLine({ bytes }: CarveGround, at: number): Uint8Array | null {
  const head = latin(bytes.few(at, FIELDS_MOST_BYTES));
  const fields = head.split(/\r?\n\r?\n/, 1)[0] ?? "";
  const told = /^content-type:\s*multipart\/[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/im.exec(fields)?.[0];
  const boundary = /boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/i.exec(told ?? "");
  const name = boundary?.[1] ?? boundary?.[2];
  return name === undefined ? null : Uint8Array.from(`--${name}--`, (letter) => letter.charCodeAt(0));
}

function lineEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === 0x0d) return bytes[at + 1] === 0x0a ? 2 : 1;
  return bytes[at] === 0x0a ? 1 : 0;
}

function latin(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
