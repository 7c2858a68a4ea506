import { little } from "#base/values";
import { damaged, type RawPixels } from "./raw-pixels.ts";

interface Layout {
  width: number;
  height: number;
  topDown: boolean;
  bits: number;
  compression: number;
  pixelsAt: number;
  palette: Uint8Array;
  /** Red, green, blue within a pixel of 16 or 32 bits. */
  masks: number[];
}

const [RGB, RLE8, RLE4, BITFIELDS, ALPHA_BITFIELDS] = [0, 1, 2, 3, 6];

/**
 * Decodes a BMP: 1 to 32 bits a pixel, palettes, run lengths, bit fields; alpha is left out. What is cut off stays black.
 *
 * @param limit Pixels at most; the caller has checked it against the header.
 * @throws {PictureError} Where its header describes none of these.
 */
export function bmpPixels(bytes: Uint8Array): RawPixels {
  const layout = layoutOf(bytes);
  const pixels = new Uint8Array(layout.width * layout.height * 3);
  const whole =
    layout.compression === RLE8 || layout.compression === RLE4
      ? readRuns(bytes, layout, pixels)
      : readRows(bytes, layout, pixels);
  return { width: layout.width, height: layout.height, channels: 3, pixels, damaged: !whole };
}

function layoutOf(bytes: Uint8Array): Layout {
  const headerBytes = little(bytes, 14, 4);
  const old = headerBytes === 12;
  const signed = (at: number): number => little(bytes, at, 4) | 0;
  const bits = little(bytes, old ? 24 : 28, 2);
  const compression = old ? RGB : little(bytes, 30, 4);
  const height = old ? little(bytes, 20, 2) : signed(22);
  const colours = bits <= 8 ? (old ? 0 : little(bytes, 46, 4)) || 2 ** bits : 0;
  if (![1, 2, 4, 8, 16, 24, 32].includes(bits) || colours > 256) throw damaged("bmp");
  if (![RGB, RLE8, RLE4, BITFIELDS, ALPHA_BITFIELDS].includes(compression)) throw damaged("bmp");
  const masksAt = 54;
  const fields = compression === BITFIELDS || compression === ALPHA_BITFIELDS;
  const outside = fields && headerBytes === 40 ? (compression === BITFIELDS ? 12 : 16) : 0;
  const usual = bits === 16 ? [0x7c00, 0x3e0, 0x1f] : [0xff0000, 0xff00, 0xff];
  return {
    width: old ? little(bytes, 18, 2) : signed(18),
    height: Math.abs(height),
    topDown: height < 0,
    bits,
    compression,
    pixelsAt: little(bytes, 10, 4),
    palette: paletteAt(bytes, { at: 14 + headerBytes + outside, colours, each: old ? 3 : 4 }),
    masks: fields ? [0, 4, 8].map((at) => little(bytes, masksAt + at, 4)) : usual,
  };
}

function paletteAt(bytes: Uint8Array, { at, colours, each }: Record<"at" | "colours" | "each", number>): Uint8Array {
  const palette = new Uint8Array(256 * 3);
  for (let i = 0; i < colours; i++) {
    for (let channel = 0; channel < 3; channel++) palette[i * 3 + channel] = bytes[at + i * each + 2 - channel] ?? 0;
  }
  return palette;
}

/** @returns Whether every row was there. */
function readRows(bytes: Uint8Array, layout: Layout, pixels: Uint8Array): boolean {
  const { width, height, bits, topDown, pixelsAt } = layout;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  const put = pixelReader(bytes, layout, pixels);
  for (let row = 0; row < height; row++) {
    const from = pixelsAt + row * rowBytes;
    if (from >= bytes.length) return false;
    const to = (topDown ? row : height - 1 - row) * width * 3;
    for (let x = 0; x < width; x++) put(from, x, to + x * 3);
  }
  return pixelsAt + height * rowBytes <= bytes.length + 3;
}

function pixelReader(bytes: Uint8Array, { bits, palette, masks }: Layout, pixels: Uint8Array) {
  const fields = masks.map((mask) => fieldOf(mask));
  return (rowAt: number, x: number, to: number): void => {
    if (bits <= 8) {
      const each = 8 / bits;
      const byte = bytes[rowAt + Math.floor(x / each)] ?? 0;
      const index = (byte >> ((each - 1 - (x % each)) * bits)) & (2 ** bits - 1);
      for (let channel = 0; channel < 3; channel++) pixels[to + channel] = palette[index * 3 + channel] ?? 0;
    } else if (bits === 24) {
      for (let channel = 0; channel < 3; channel++) pixels[to + channel] = bytes[rowAt + x * 3 + 2 - channel] ?? 0;
    } else {
      const value = little(bytes, rowAt + x * (bits / 8), bits / 8);
      for (const [channel, field] of fields.entries()) pixels[to + channel] = field(value);
    }
  };
}

/** A bit field's value on the scale 0 to 255. */
function fieldOf(mask: number): (value: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (value) => Math.round((((value & mask) >>> shift) * 255) / most);
}

/** @see Windows GDI, "Bitmap Compression": a pair is a run; 0 and 0, 1, 2, n are end of row, end, move, n pixels as they are. */
function readRuns(bytes: Uint8Array, layout: Layout, pixels: Uint8Array): boolean {
  const { width, height, compression, palette } = layout;
  const half = compression === RLE4;
  let [at, x, y] = [layout.pixelsAt, 0, 0];
  const put = (index: number): void => {
    if (x < width && y < height) {
      const to = ((height - 1 - y) * width + x) * 3;
      for (let channel = 0; channel < 3; channel++) pixels[to + channel] = palette[index * 3 + channel] ?? 0;
    }
    x++;
  };
  const nibble = (byte: number, i: number): number => (half ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte);
  while (at + 1 < bytes.length && y < height) {
    const [count = 0, value = 0] = [bytes[at], bytes[at + 1]];
    at += 2;
    if (count > 0) for (let i = 0; i < count; i++) put(nibble(value, i));
    else if (value === 0) [x, y] = [0, y + 1];
    else if (value === 1) return true;
    else if (value === 2) {
      [x, y] = [x + (bytes[at] ?? 0), y + (bytes[at + 1] ?? 0)];
      at += 2;
    } else {
      for (let i = 0; i < value; i++) put(nibble(bytes[at + (half ? i >> 1 : i)] ?? 0, i));
      const used = half ? Math.ceil(value / 2) : value;
      at += used + (used % 2);
    }
  }
  return y >= height;
}
