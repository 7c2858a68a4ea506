import { concatBytes, utf8 } from "#base/values";
import type { Drawing } from "./drawing.ts";

/**
 * A drawing as a Windows bitmap, 24 bits a pixel, bottom row first.
 *
 * @see BITMAPFILEHEADER, BITMAPINFOHEADER (Windows API)
 */
export function bmpFile({ width, height, rgb }: Drawing): Uint8Array<ArrayBuffer> {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const file = new Uint8Array(54 + rowBytes * height);
  const view = new DataView(file.buffer);
  file.set(utf8("BM"));
  view.setUint32(2, file.length, true);
  view.setUint32(10, 54, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  view.setInt32(22, height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  view.setUint32(34, rowBytes * height, true);
  for (let y = 0; y < height; y++) {
    const to = 54 + rowBytes * (height - 1 - y);
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      file[to + 3 * x] = rgb[from + 2] ?? 0;
      file[to + 3 * x + 1] = rgb[from + 1] ?? 0;
      file[to + 3 * x + 2] = rgb[from] ?? 0;
    }
  }
  return file;
}

/**
 * A drawing as a PNG whose rows are stored, not compressed.
 *
 * @see PNG (Third Edition) §5, §11; RFC 1950, RFC 1951 §3.2.4
 */
export function pngFile({ width, height, rgb }: Drawing): Uint8Array<ArrayBuffer> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = new Uint8Array(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    rows.set(rgb.subarray(y * width * 3, (y + 1) * width * 3), y * (1 + width * 3) + 1);
  }
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  return concatBytes(
    signature,
    pngChunk("IHDR", header),
    pngChunk("IDAT", stored(rows)),
    pngChunk("IEND", new Uint8Array(0)),
  );
}

function pngChunk(type: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(12 + content.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, content.length);
  chunk.set(utf8(type), 4);
  chunk.set(content, 8);
  view.setUint32(8 + content.length, crc32(chunk.subarray(4, 8 + content.length)));
  return chunk;
}

/** A zlib stream of stored deflate blocks. */
function stored(content: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < content.length; at += 65535) {
    const length = Math.min(65535, content.length - at);
    const last = at + length === content.length ? 1 : 0;
    parts.push(Uint8Array.of(last, length & 255, length >> 8, ~length & 255, (~length >> 8) & 255));
    parts.push(content.subarray(at, at + length));
  }
  const sum = new DataView(new ArrayBuffer(4));
  sum.setUint32(0, adler32(content));
  return concatBytes(...parts, new Uint8Array(sum.buffer));
}

function adler32(content: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of content) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

function crc32(content: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of content) crc = (crc >>> 8) ^ (CRC[(crc ^ byte) & 255] ?? 0);
  return ~crc >>> 0;
}
