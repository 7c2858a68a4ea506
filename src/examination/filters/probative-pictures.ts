import { bigEndian, letters, littleEndian } from "./header-bytes.ts";

/** JPEG: behind the header of the first scan. @see ITU-T T.81 annex B */
export function jpegContentAt(head: Uint8Array): number {
  let at = 2;
  while (at + 4 <= head.length && head[at] === 0xff) {
    const marker = head[at + 1] ?? 0;
    if (marker === 0xff) at++;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xda) return at + 2 + bigEndian(head, at + 2, 2);
    else at += 2 + Math.max(2, bigEndian(head, at + 2, 2));
  }
  return at;
}

/** PNG: behind the first IDAT's header and the two bytes of zlib's. @see PNG, third edition §5 */
export function pngContentAt(head: Uint8Array): number {
  let at = 8;
  while (at + 8 <= head.length) {
    const type = letters(head, at + 4, 4);
    if (type === "IDAT") return at + 10;
    if (!/^[A-Za-z]{4}$/.test(type) || type === "IEND") return at;
    at += 12 + bigEndian(head, at, 4);
  }
  return at;
}

/** GIF: behind the first image's colour table. @see GIF89a §18 to §26 */
export function gifContentAt(head: Uint8Array): number {
  const table = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));
  let at = 13 + table(head[10] ?? 0);
  while (head[at] === 0x21) {
    at += 2;
    while (at < head.length && head[at] !== 0) at += 1 + (head[at] ?? 0);
    at++;
  }
  return head[at] === 0x2c ? at + 11 + table(head[at + 9] ?? 0) : at;
}

const RIFF_CONTENT = new Set(["VP8 ", "VP8L", "ALPH", "ANMF", "data"]);

/** RIFF (WebP, AVI, WAVE): behind the header of the first chunk of picture, film or sound. */
export function riffContentAt(head: Uint8Array): number {
  let at = 12;
  while (at + 8 <= head.length) {
    const type = letters(head, at, 4);
    if (RIFF_CONTENT.has(type)) return at + 8;
    if (type === "LIST" && letters(head, at + 8, 4) === "movi") return at + 12;
    const length = littleEndian(head, at + 4, 4);
    at += 8 + length + (length % 2);
  }
  return at;
}

/** BMP: where its header says the pixels begin, at most 2 KiB: palettes are no longer. */
export function bmpContentAt(head: Uint8Array): number {
  const offset = littleEndian(head, 10, 4);
  return offset <= 2048 ? offset : 0;
}
