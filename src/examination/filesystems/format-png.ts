import { crc32 } from "./crc32.ts";
import type { FormatAnswer } from "./format-answer.ts";

const MARK = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** PNG: every chunk has a sum of its own. @see W3C PNG, 5.3 "Chunk layout" */
export function pngCheck(bytes: Uint8Array): FormatAnswer {
  if (MARK.some((byte, i) => bytes[i] !== byte)) return { whole: false, goodBytes: 0, brokenAt: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = MARK.length; ; ) {
    if (at + 12 > bytes.length) return { whole: false, goodBytes: at, brokenAt: bytes.length };
    const end = at + 12 + view.getUint32(at);
    const name = bytes.subarray(at + 4, at + 8);
    if (name.some((byte) => (byte | 32) < 0x61 || (byte | 32) > 0x7a))
      return { whole: false, goodBytes: at, brokenAt: at + 8 };
    if (end > bytes.length) return { whole: false, goodBytes: at, brokenAt: bytes.length };
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
      return { whole: false, goodBytes: at, brokenAt: end };
    at = end;
    if (String.fromCharCode(...name) !== "IEND") continue;
    const isEnd = bytes.subarray(at).every((byte) => byte === 0);
    return { whole: isEnd, goodBytes: at, brokenAt: isEnd ? bytes.length : at };
  }
}
