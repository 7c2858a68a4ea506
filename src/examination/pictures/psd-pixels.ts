import { big } from "#base/values";
import { damaged, PictureError, type RawPixels } from "./raw-pixels.ts";

const MODES: Record<number, { name: string; channels: number }> = {
  1: { name: "grey", channels: 1 },
  2: { name: "indexed", channels: 1 },
  3: { name: "rgb", channels: 3 },
  4: { name: "cmyk", channels: 4 },
  8: { name: "grey", channels: 1 },
};

interface Layout {
  mode: { name: string; channels: number };
  width: number;
  height: number;
  channels: number;
  /** Bytes a sample: 1 or 2; of two the first is used. */
  sampleBytes: number;
  /** Of run lengths a row: 2, or 4 in a large document. */
  countBytes: number;
  palette: Uint8Array;
  dataAt: number;
}

/**
 * Decodes the composite that Photoshop keeps beside its layers: grey, indexed, RGB or CMYK of 8 or 16 bits.
 *
 * @throws {PictureError} Where it is of another kind, or nothing of it is there.
 * @see Adobe Photoshop File Formats Specification, "Image Data Section"
 */
export function psdPixels(bytes: Uint8Array): RawPixels {
  const layout = layoutOf(bytes);
  const { width, height, mode } = layout;
  const { planes, whole } = planesOf(bytes, layout);
  const grey = mode.name === "grey";
  const pixels = new Uint8Array(width * height * (grey ? 1 : 3));
  if (grey) pixels.set(planes[0] ?? []);
  else colour(planes, layout, pixels);
  return { width, height, channels: grey ? 1 : 3, pixels, damaged: !whole };
}

function layoutOf(bytes: Uint8Array): Layout {
  const [large, depth] = [big(bytes, 4, 2) === 2, big(bytes, 22, 2)];
  const mode = MODES[big(bytes, 24, 2)];
  if (mode === undefined || (depth !== 8 && depth !== 16)) {
    throw new PictureError({ code: "refused", format: "psd" });
  }
  let at = 26;
  const paletteAt = at + 4;
  at += 4 + big(bytes, at, 4); // colours
  at += 4 + big(bytes, at, 4); // resources
  const layersBytes = large ? 8 : 4;
  at += layersBytes + big(bytes, at, layersBytes);
  const channels = big(bytes, 12, 2);
  if (at + 2 > bytes.length || channels < mode.channels || channels > 56) throw damaged("psd");
  return {
    ...{ mode, channels, width: big(bytes, 18, 4), height: big(bytes, 14, 4) },
    ...{ sampleBytes: depth / 8, countBytes: large ? 4 : 2, dataAt: at },
    palette: bytes.subarray(paletteAt, paletteAt + 768),
  };
}

/** The channels that make the colour, each with the first byte of every sample. */
function planesOf(bytes: Uint8Array, layout: Layout): { planes: Uint8Array[]; whole: boolean } {
  const { mode, width, height, channels, sampleBytes, countBytes, dataAt } = layout;
  const compression = big(bytes, dataAt, 2);
  if (compression > 1) throw new PictureError({ code: "refused", format: "psd" });
  const rowBytes = width * sampleBytes;
  let at = dataAt + 2 + (compression === 1 ? channels * height * countBytes : 0);
  const row = new Uint8Array(rowBytes);
  let whole = true;
  const planes = Array.from({ length: mode.channels }, (_, channel) => {
    const plane = new Uint8Array(width * height);
    for (let y = 0; y < height && at < bytes.length; y++) {
      if (compression === 0) {
        row.set(bytes.subarray(at, at + rowBytes));
        at += rowBytes;
      } else {
        const length = big(bytes, dataAt + 2 + (channel * height + y) * countBytes, countBytes);
        unpack(bytes.subarray(at, at + length), row);
        at += length;
      }
      for (let x = 0; x < width; x++) plane[y * width + x] = row[x * sampleBytes] ?? 0;
      whole &&= at <= bytes.length;
    }
    return plane;
  });
  if (at === dataAt + 2) throw damaged("psd");
  return { planes, whole: whole && at <= bytes.length };
}

/** PackBits. */
function unpack(packed: Uint8Array, row: Uint8Array): void {
  let to = 0;
  for (let at = 0; at < packed.length && to < row.length; ) {
    const count = ((packed[at++] ?? 0) << 24) >> 24;
    if (count >= 0) {
      row.set(packed.subarray(at, at + Math.min(count + 1, row.length - to)), to);
      at += count + 1;
      to += count + 1;
    } else if (count !== -128) {
      row.fill(packed[at++] ?? 0, to, to + 1 - count);
      to += 1 - count;
    }
  }
  row.fill(0, Math.min(to, row.length));
}

function colour(planes: Uint8Array[], { mode, palette }: Layout, pixels: Uint8Array): void {
  const [first, second, third, fourth] = planes;
  const count = pixels.length / 3;
  for (let i = 0; i < count; i++) {
    const [a, b, c] = [first?.[i] ?? 0, second?.[i] ?? 0, third?.[i] ?? 0];
    // Inks are stored inverted: 255 is no ink.
    const black = fourth?.[i] ?? 255;
    const of = (value: number, plane: number): number =>
      mode.name === "indexed" ? (palette[plane * 256 + a] ?? 0) : Math.round((value * black) / 255);
    pixels[i * 3] = of(a, 0);
    pixels[i * 3 + 1] = of(b, 1);
    pixels[i * 3 + 2] = of(c, 2);
  }
}
