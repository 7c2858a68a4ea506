import type { ByteWindow } from "./byte-window.ts";

// Where a picture ends, by its structure: markers of JPEG, chunks of PNG, blocks of GIF, the length of WebP.

const LEAST_BYTES = 64;
const CHUNK_MOST_BYTES = 2 ** 30;

/** Endings of names by the kind of picture. */
export type PictureKind = "jpg" | "png" | "gif" | "webp";

/** The kind of picture that may begin at a byte. */
export function pictureAt(bytes: ByteWindow, at: number): PictureKind | null {
  const first = bytes.byteAt(at);
  if (first === 0xff) return bytes.byteAt(at + 1) === 0xd8 && bytes.byteAt(at + 2) === 0xff ? "jpg" : null;
  if (first === 0x89) return bytes.isAt(at, "\x89PNG\r\n\x1a\n") ? "png" : null;
  if (first === 0x47) return bytes.isAt(at, "GIF87a") || bytes.isAt(at, "GIF89a") ? "gif" : null;
  return first === 0x52 && bytes.isAt(at, "RIFF") && bytes.isAt(at + 8, "WEBP") ? "webp" : null;
}

/** Where a picture ends; null where it is none, or does not end. */
export function pictureEnd(bytes: ByteWindow, at: number, kind: PictureKind): number | null {
  const end = ENDS[kind](bytes, at);
  return end !== null && end - at >= LEAST_BYTES && bytes.byteAt(end - 1) >= 0 ? end : null;
}

const ENDS: Record<PictureKind, (bytes: ByteWindow, at: number) => number | null> = {
  jpg: jpegEnd,
  png: pngEnd,
  gif: gifEnd,
  webp: (bytes, at) => at + 8 + bytes.littleAt(at + 4, 4),
};

/** @see ITU-T T.81 §B */
function jpegEnd(bytes: ByteWindow, start: number): number | null {
  let scans = 0;
  let frames = 0;
  for (let at = start + 2; ; ) {
    if (bytes.byteAt(at) !== 0xff) return null;
    const marker = bytes.byteAt(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd9) return scans > 0 ? at + 2 : null;
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd8)) return null;
    const lengthBytes = bytes.bigAt(at + 2, 2);
    if (lengthBytes < 2) return null;
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) frames++;
    at += 2 + lengthBytes;
    if (marker !== 0xda) continue;
    if (frames === 0) return null;
    scans++;
    at = scanEnd(bytes, at);
    if (at < 0) return null;
  }
}

/** Behind the coded bytes of a scan: the next marker that is neither a filled byte nor a restart. */
function scanEnd(bytes: ByteWindow, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes.byteAt(at + 1);
    if (next < 0) return -1;
    if (next === 0 || next === 0xff || (next >= 0xd0 && next <= 0xd7)) continue;
    return at;
  }
  return -1;
}

/** @see PNG (W3C, 2003) §5 */
function pngEnd(bytes: ByteWindow, start: number): number | null {
  for (let at = start + 8, chunks = 0; ; chunks++) {
    const lengthBytes = bytes.bigAt(at, 4);
    if (chunks === 0 && !bytes.isAt(at + 4, "IHDR")) return null;
    if (lengthBytes > CHUNK_MOST_BYTES || bytes.byteAt(at + 7) < 0x41) return null;
    if (bytes.isAt(at + 4, "IEND")) return at + 12;
    at += 12 + lengthBytes;
  }
}

/** @see GIF89a §17–27 */
function gifEnd(bytes: ByteWindow, start: number): number | null {
  const table = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1));
  let at = start + 13 + table(Math.max(0, bytes.byteAt(start + 10)));
  const blocks = (): boolean => {
    for (;;) {
      const lengthBytes = bytes.byteAt(at);
      if (lengthBytes < 0) return false;
      at += lengthBytes + 1;
      if (lengthBytes === 0) return true;
    }
  };
  for (;;) {
    const kind = bytes.byteAt(at);
    if (kind === 0x3b) return at + 1;
    if (kind === 0x21) at += 2;
    else if (kind === 0x2c) at += 11 + table(Math.max(0, bytes.byteAt(at + 9)));
    else return null;
    if (!blocks()) return null;
  }
}
