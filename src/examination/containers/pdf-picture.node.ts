import { crc32, deflateSync } from "node:zlib";
import { concatBytes, utf8 } from "#base/values";

/** A raster of a PDF: rows from the top, each beginning at a whole byte. */
export interface PdfRaster {
  width: number;
  height: number;
  /** Of one component. */
  bits: number;
  /** 1 grey or indexed, 3 red green blue, 4 cyan magenta yellow black. */
  components: number;
  /** Red green blue of each index, for an indexed raster. */
  palette: Uint8Array | null;
}

const MARK = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const MOST_BYTES = 256 * 2 ** 20;

/** Whether a raster can be put into a PNG as it is. */
export function fitsPng({ width, height, bits, components, palette }: PdfRaster): boolean {
  const depths = components === 1 && palette === null ? [1, 2, 4, 8, 16] : palette !== null ? [1, 2, 4, 8] : [8, 16];
  const whole = [width, height].every((side) => Number.isSafeInteger(side) && side > 0 && side < 2 ** 16);
  return whole && depths.includes(bits) && (width * height * components * bits) / 8 <= MOST_BYTES;
}

/**
 * A PDF's raster as a PNG of the same pixels; cyan, magenta, yellow and black become red, green and blue.
 *
 * @param rows The raster's bytes; missing ones at the end are black.
 * @see W3C PNG, 11 "Chunk specifications"
 */
export function pngOf(raster: PdfRaster, rows: Uint8Array): Uint8Array {
  const { width, height, bits, components } = raster;
  const inks = components === 4;
  const rowBytes = Math.ceil((width * components * bits) / 8);
  const outBytes = inks ? (width * 3 * bits) / 8 : rowBytes;
  const lines = new Uint8Array(height * (outBytes + 1));
  for (let row = 0; row < height; row++) {
    const from = rows.subarray(row * rowBytes, (row + 1) * rowBytes);
    lines.set(inks ? withoutInks(from, bits >> 3) : from, row * (outBytes + 1) + 1);
  }
  return wrapPng(raster, deflateSync(lines, { level: 1 }));
}

/** A PNG around packed rows that are predicted as a PNG's are. */
export function wrapPng({ width, height, bits, components, palette }: PdfRaster, packed: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(13));
  head.setUint32(0, width);
  head.setUint32(4, height);
  head.setUint8(8, bits);
  head.setUint8(9, palette !== null ? 3 : components === 1 ? 0 : 2);
  return concatBytes(
    MARK,
    chunk("IHDR", new Uint8Array(head.buffer)),
    ...(palette === null
      ? []
      : [chunk("PLTE", palette.subarray(0, 3 * Math.min(2 ** bits, Math.floor(palette.length / 3))))]),
    chunk("IDAT", packed),
    chunk("IEND", new Uint8Array(0)),
  );
}

function chunk(name: string, bytes: Uint8Array): Uint8Array {
  const named = concatBytes(utf8(name), bytes);
  const ends = new DataView(new ArrayBuffer(8));
  ends.setUint32(0, bytes.length);
  ends.setUint32(4, crc32(named));
  const sums = new Uint8Array(ends.buffer);
  return concatBytes(sums.subarray(0, 4), named, sums.subarray(4));
}

/** The simple way between colours; profiles are left aside. */
function withoutInks(row: Uint8Array, step: number): Uint8Array {
  const out = new Uint8Array((row.length / 4) * 3);
  for (let from = 0, to = 0; from + 4 * step <= row.length; from += 4 * step, to += 3 * step) {
    const light = 255 - (row[from + 3 * step] ?? 0);
    for (let i = 0; i < 3; i++) out[to + i * step] = ((255 - (row[from + i * step] ?? 0)) * light) / 255;
  }
  return out;
}
