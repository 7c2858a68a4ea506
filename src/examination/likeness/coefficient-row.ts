import type { Picture } from "#examination/pictures";
import type { Coefficients } from "./pdq-twin.ts";

const COUNT = 256;
/** 256 float32 and a byte, in the order of the machine: both ends are on one. */
const ROW_BYTES = 4 * COUNT + 1;

/** A picture's coefficients in place of its pixels: 1 kB leaves the child, and not 200 to 800. */
export function coefficientRow(picture: Picture, { values, quality }: Coefficients): Picture {
  const pixels = new Uint8Array(ROW_BYTES);
  pixels.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  pixels[ROW_BYTES - 1] = quality;
  return { ...picture, width: ROW_BYTES, height: 1, channels: 1, pixels };
}

/** Coefficients as a child gave them; undefined where they cannot be any. */
export function rowCoefficients({ width, height, channels, pixels }: Picture): Coefficients | undefined {
  if (width !== ROW_BYTES || height !== 1 || channels !== 1) return undefined;
  const values = new Float32Array(Uint8Array.from(pixels.subarray(0, 4 * COUNT)).buffer);
  const quality = pixels[ROW_BYTES - 1] ?? 0;
  return quality <= 100 && values.every(Number.isFinite) ? { values, quality } : undefined;
}
