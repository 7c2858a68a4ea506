/** Decoded pixels: rows from the top, pixels from the left, one byte a channel. */
export interface Pixels {
  width: number;
  height: number;
  /** 1: grey. 3: red, green, blue. */
  channels: 1 | 3;
  pixels: Uint8Array;
}

/**
 * Both sides to `side`, by the nearest pixel, whatever the proportions; as it is where neither is longer.
 *
 * @see CImg `resize` as the PDQ reference calls it: source index floor(x·W/512).
 */
export function nearestPixels(plane: Pixels, side: number): Pixels {
  const { width, height, channels, pixels } = plane;
  if (width <= side && height <= side) return plane;
  const out = new Uint8Array(side * side * channels);
  const columns = new Uint32Array(side);
  for (let x = 0; x < side; x++) columns[x] = Math.floor((x * width) / side) * channels;
  for (let y = 0; y < side; y++) {
    const row = Math.floor((y * height) / side) * width * channels;
    if (channels === 1) takeGrey(out.subarray(y * side, (y + 1) * side), pixels, { row, columns });
    else takeColours(out.subarray(y * side * 3, (y + 1) * side * 3), pixels, { row, columns });
  }
  return { width: side, height: side, channels, pixels: out };
}

/** Which pixels of a row are taken. */
interface Taken {
  row: number;
  columns: Uint32Array;
}

function takeGrey(out: Uint8Array, pixels: Uint8Array, { row, columns }: Taken): void {
  for (let x = 0; x < out.length; x++) out[x] = pixels[row + (columns[x] ?? 0)] ?? 0;
}

function takeColours(out: Uint8Array, pixels: Uint8Array, { row, columns }: Taken): void {
  for (let x = 0, to = 0; to < out.length; x++) {
    const from = row + (columns[x] ?? 0);
    out[to++] = pixels[from] ?? 0;
    out[to++] = pixels[from + 1] ?? 0;
    out[to++] = pixels[from + 2] ?? 0;
  }
}

/** Neither side longer than `most`: each pixel the average of those it stands for. */
export function fittedPixels(plane: Pixels, most: number): Pixels {
  const { width, height, channels, pixels } = plane;
  const scale = most / Math.max(width, height);
  if (scale >= 1) return plane;
  const [wide, high] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const out = new Uint8Array(wide * high * channels);
  for (let y = 0; y < high; y++) {
    const [top, bottom] = spanOf(y, high, height);
    for (let x = 0; x < wide; x++) {
      const [left, right] = spanOf(x, wide, width);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let row = top; row < bottom; row++) {
          for (let column = left; column < right; column++)
            sum += pixels[(row * width + column) * channels + channel] ?? 0;
        }
        out[(y * wide + x) * channels + channel] = Math.round(sum / ((bottom - top) * (right - left)));
      }
    }
  }
  return { width: wide, height: high, channels, pixels: out };
}

function spanOf(at: number, count: number, length: number): [number, number] {
  const from = Math.floor((at * length) / count);
  return [from, Math.max(from + 1, Math.floor(((at + 1) * length) / count))];
}

/** One channel from three: 0.299 R + 0.587 G + 0.114 B, rounded; or three from one. */
export function withChannels(plane: Pixels, channels: 1 | 3): Pixels {
  if (plane.channels === channels) return plane;
  const { width, height, pixels } = plane;
  const count = width * height;
  const out = new Uint8Array(count * channels);
  for (let i = 0; i < count; i++) {
    if (channels === 3) out.fill(pixels[i] ?? 0, i * 3, i * 3 + 3);
    else {
      const [red, green, blue] = [pixels[i * 3] ?? 0, pixels[i * 3 + 1] ?? 0, pixels[i * 3 + 2] ?? 0];
      out[i] = (red * 19_595 + green * 38_470 + blue * 7471 + 32_768) >> 16;
    }
  }
  return { width, height, channels, pixels: out };
}
