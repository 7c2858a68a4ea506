// Pictures and films made for tests: waves and noise in every format that is carved. Nothing to be seen.
import sharp from "sharp";
import { seededRandom } from "#base/values";
import { aviSample, filmSample } from "./film-sample.ts";

/** Coloured waves and noise. */
export function drawn(seed: string, width = 320, height = 240) {
  const random = seededRandom(seed);
  const [a, b] = [1 + random.below(7), 1 + random.below(7)];
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = 128 + 70 * Math.sin((a * x) / 40 + (b * y) / 60);
      for (const shade of [value, 255 - value, (value + y) % 256]) pixels[at++] = (shade + random.below(24)) & 255;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** 24 bits a point. */
async function bmp(seed: string): Promise<Uint8Array> {
  const { data, info } = await drawn(seed, 64, 48).raw().toBuffer({ resolveWithObject: true });
  const head = Buffer.alloc(54);
  head.write("BM", "latin1");
  head.writeUInt32LE(54 + data.length, 2);
  for (const [value, at] of [
    [54, 10],
    [40, 14],
    [info.width, 18],
    [info.height, 22],
  ] as const)
    head.writeUInt32LE(value, at);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(24, 28);
  return Buffer.concat([head, data]);
}

/** One of every kind that is carved; the first word of its name is its format. */
export async function mediaSamples(): Promise<Record<string, Uint8Array>> {
  return {
    jpeg: await drawn("jpeg").jpeg({ quality: 85 }).toBuffer(),
    "jpeg in many stretches": await drawn("marks").jpeg({ quality: 95, chromaSubsampling: "4:4:4" }).toBuffer(),
    "jpeg progressive": await drawn("progressive").jpeg({ progressive: true }).toBuffer(),
    png: await drawn("png").png().toBuffer(),
    gif: await drawn("gif").gif().toBuffer(),
    webp: await drawn("webp").webp().toBuffer(),
    avif: await drawn("avif", 96, 64).avif().toBuffer(),
    tiff: await drawn("tiff").tiff().toBuffer(),
    bmp: await bmp("bmp"),
    mp4: filmSample({ seed: "mp4" }),
    mov: filmSample({ seed: "mov", brand: "qt  ", tables: "first" }),
    "3gp": filmSample({ seed: "3gp", brand: "3gp5" }),
    avi: aviSample("avi"),
  };
}
