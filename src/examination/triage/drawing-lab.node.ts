import sharp from "sharp";
import { seededRandom } from "#base/values";

// Drawings for tests of likeness: boxes in shades of grey, nothing real.

/** Width and height of a drawing. */
export const SIDE = 128;

/** A drawing of boxes as rows of grey. */
export function drawing(seed: string): Uint8Array {
  const boxes = seededRandom(seed);
  const grey = new Uint8Array(SIDE * SIDE).fill(40);
  for (let n = 0; n < 16; n++) {
    const [x, y, w, h] = [boxes.below(100), boxes.below(100), 8 + boxes.below(60), 8 + boxes.below(60)];
    const shade = boxes.below(256);
    for (let row = y; row < Math.min(SIDE, y + h); row++)
      grey.fill(shade, row * SIDE + x, row * SIDE + Math.min(SIDE, x + w));
  }
  return grey;
}

/** A drawing as a BMP file. */
export function bmp(grey: Uint8Array): Uint8Array {
  const file = new Uint8Array(54 + 3 * grey.length);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  for (const [at, value] of [
    [2, file.length],
    [10, 54],
    [14, 40],
    [18, SIDE],
    [22, -SIDE],
    [34, 3 * grey.length],
  ] as const) {
    view.setInt32(at, value, true);
  }
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  for (const [i, shade] of grey.entries()) file.fill(shade, 54 + 3 * i, 57 + 3 * i);
  return file;
}

/** A drawing with left and right exchanged. */
export const mirrored = (grey: Uint8Array): Uint8Array =>
  grey.map((_, i) => grey[i - (i % SIDE) + SIDE - 1 - (i % SIDE)] ?? 0);

/** A drawing saved as JPEG, as others may have saved it. */
export async function jpeg(
  grey: Uint8Array,
  { side = SIDE, quality = 90, turn = 0 }: { side?: number; quality?: number; turn?: number } = {},
): Promise<Uint8Array> {
  const raw = sharp(Buffer.from(grey), { raw: { width: SIDE, height: SIDE, channels: 1 } });
  return new Uint8Array(await raw.resize(side, side).rotate(turn).jpeg({ quality }).toBuffer());
}
