// Pictures made for tests: a benign drawing, written in the formats whose decoders are ours.
import { seededRandom } from "#base/values";
import type { RawPixels } from "./raw-pixels.ts";

/** Hills under a sky, with some noise: enough to tell apart. */
export function drawing(seed: string, width: number, height: number): RawPixels {
  const random = seededRandom(seed);
  const waves = Array.from({ length: 5 }, () => [1 + random.below(9), 1 + random.below(9), random.below(628) / 100]);
  const pixels = new Uint8Array(width * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (const [a = 0, b = 0, phase = 0] of waves)
        sum += Math.sin((a * x * 3) / width + (b * y * 3) / height + phase);
      const value = 128 + 22 * sum;
      pixels[to++] = Math.max(0, Math.min(255, value + random.below(8)));
      pixels[to++] = Math.max(0, Math.min(255, value * 0.8 + (60 * y) / height));
      pixels[to++] = Math.max(0, Math.min(255, 255 - value));
    }
  }
  return { width, height, channels: 3, pixels, damaged: false };
}

/** 24 bits a pixel, rows from the bottom. */
export function bmpOf({ width, height, pixels }: RawPixels): Uint8Array {
  const rowBytes = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + rowBytes * height);
  file.write("BM", "latin1");
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        file[54 + (height - 1 - y) * rowBytes + x * 3 + 2 - channel] = pixels[(y * width + x) * 3 + channel] ?? 0;
      }
    }
  }
  return file;
}

/** 8 bits, run lengths of literal rows. */
export function rle8BmpOf(width: number, height: number, indexAt: (x: number, y: number) => number): Uint8Array {
  const rows = Array.from({ length: height }, (_, row) => {
    const bytes: number[] = [];
    for (let x = 0; x < width; x++) bytes.push(1, indexAt(x, height - 1 - row));
    return [...bytes, 0, 0];
  });
  const head = Buffer.alloc(54 + 1024);
  head.write("BM", "latin1");
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.writeUInt16LE(8, 28);
  head.writeUInt32LE(1, 30);
  for (let i = 0; i < 256; i++) head.set([i, 255 - i, i >> 1], 54 + i * 4);
  return Buffer.concat([head, Buffer.from(rows.flat()), Buffer.from([0, 1])]);
}

/** A composite of 8 bits RGB, as it is or by run lengths. */
export function psdOf({ width, height, pixels }: RawPixels, packed: boolean): Uint8Array {
  const head = Buffer.alloc(26 + 12 + 2);
  head.write("8BPS", "latin1");
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(3, 12);
  head.writeUInt32BE(height, 14);
  head.writeUInt32BE(width, 18);
  head.writeUInt16BE(8, 22);
  head.writeUInt16BE(3, 24);
  head.writeUInt16BE(packed ? 1 : 0, 38);
  const [counts, rows]: [Buffer[], Buffer[]] = [[], []];
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      const row = Buffer.from(Array.from({ length: width }, (_, x) => pixels[(y * width + x) * 3 + channel] ?? 0));
      const bytes = packed ? packedRow(row) : row;
      rows.push(bytes);
      counts.push(Buffer.from([bytes.length >> 8, bytes.length & 255]));
    }
  }
  return Buffer.concat([head, ...(packed ? counts : []), ...rows]);
}

function packedRow(row: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < row.length; at += 100) {
    const piece = row.subarray(at, at + 100);
    pieces.push(Buffer.from([piece.length - 1]), piece);
  }
  return Buffer.concat(pieces);
}

/** A TIFF as cameras write RAW: sensor data in a directory of its own, a preview in another. */
export function rawTiffOf(preview: Uint8Array): Uint8Array {
  const head = Buffer.from("II*\0\x08\0\0\0", "latin1");
  const entry = (tag: number, value: number): Buffer => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(4, 2);
    bytes.writeUInt32LE(1, 4);
    bytes.writeUInt32LE(value, 8);
    return bytes;
  };
  const directory = (entries: Buffer[], next: number): Buffer => {
    const [count, link] = [Buffer.alloc(2), Buffer.alloc(4)];
    count.writeUInt16LE(entries.length, 0);
    link.writeUInt32LE(next, 0);
    return Buffer.concat([count, ...entries, link]);
  };
  const sensor = 8 + 2 + 3 * 12 + 4;
  const previewAt = sensor + 2 + 3 * 12 + 4;
  return Buffer.concat([
    head,
    directory([entry(274, 6), entry(513, previewAt), entry(514, preview.length)], sensor),
    directory([entry(256, 6000), entry(257, 4000), entry(262, 32_803)], 0),
    preview,
    Buffer.alloc(100, 7),
  ]);
}
