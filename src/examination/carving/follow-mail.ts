import { looksLikeMail, looksLikeMbox } from "#examination/containers";
import { type Candidate, wholeAt } from "./candidate.ts";
import type { CarveGround } from "./carve-ground.ts";

const HEAD_BYTES = 4096;
const FIELDS_MOST_BYTES = 65_536;
const WINDOW_BYTES = 2 ** 18;
const MAIL_MOST_BYTES = 64 * 2 ** 20;

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
  const most = Math.min(bytes.sizeBytes, at + MAIL_MOST_BYTES);
  let tail = "";
  for (let from = at; from < most && ground.walkBytes > 0; ) {
    const window = bytes.bytes(from, Math.min(WINDOW_BYTES, most - from));
    const other = window.findIndex(isNoText);
    const text = other < 0 ? window : window.subarray(0, other);
    ground.walkBytes -= text.length;
    if (last !== null) {
      const joined = tail + latin(text);
      const found = joined.indexOf(last);
      if (found >= 0)
        return ended(ground, at, from - tail.length + found + last.length + lineEnd(joined, found + last.length));
      tail = joined.slice(-last.length);
    }
    from += text.length;
    if (other >= 0 || from >= most) return ended(ground, at, from);
  }
  return null;
}

/** A mail has a line without anything behind its header. */
function ended({ bytes }: CarveGround, at: number, end: number): Candidate | null {
  const fields = latin(bytes.few(at, Math.min(FIELDS_MOST_BYTES, end - at)));
  return /\n\r?\n/.test(fields) ? wholeAt("mail", at, end - at) : null;
}

/** Texts have line ends, tabs and the marks of old codes, and no other control. */
function isNoText(byte: number): boolean {
  return byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09 && byte !== 0x0c && byte !== 0x1b;
}

/** The line behind the last part, where the mail's own header names what parts it; null: it has no parts. */
function lastLine({ bytes }: CarveGround, at: number): string | null {
  const head = latin(bytes.few(at, FIELDS_MOST_BYTES));
  const fields = head.split(/\r?\n\r?\n/, 1)[0] ?? "";
  const told = /^content-type:\s*multipart\/[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/im.exec(fields)?.[0];
  const boundary = /boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))/i.exec(told ?? "");
  const name = boundary?.[1] ?? boundary?.[2];
  return name === undefined ? null : `\n--${name}--`;
}

function lineEnd(text: string, at: number): number {
  if (text[at] === "\r") return text[at + 1] === "\n" ? 2 : 1;
  return text[at] === "\n" ? 1 : 0;
}

function latin(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}
