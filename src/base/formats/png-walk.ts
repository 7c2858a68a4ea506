import { crc32 } from "./crc32.ts";
import type { FormatWalk } from "./format-walk.ts";

const MARK = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** PNG: every chunk has a sum of its own. @see W3C PNG, 5.3 "Chunk layout" */
export function pngWalk(bytes: Uint8Array): FormatWalk {
  if (MARK.some((byte, i) => bytes[i] !== byte)) return { ended: false, endBytes: 0, goodBytes: 0, cut: false };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = MARK.length; ; ) {
    const cut = { ended: false, endBytes: bytes.length, goodBytes: at, cut: true };
    if (at + 12 > bytes.length) return cut;
    const end = at + 12 + view.getUint32(at);
    const name = bytes.subarray(at + 4, at + 8);
    if (name.some((byte) => (byte | 32) < 0x61 || (byte | 32) > 0x7a))
      return { ended: false, endBytes: at + 8, goodBytes: at, cut: false };
    if (end > bytes.length) return cut;
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
      return { ended: false, endBytes: end, goodBytes: at, cut: false };
    at = end;
    if (String.fromCharCode(...name) === "IEND") return { ended: true, endBytes: at, goodBytes: at, cut: false };
  }
}
