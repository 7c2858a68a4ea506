import type { Pixels } from "#examination/pictures";

/** A rectangle of a picture, in pixels. */
export interface Window {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A line is border where its pixels differ from the outermost line's colour by this on average; JPEG leaves less. */
const STEP_MOST = 10;
/** No side is trimmed by more than this share of it. */
const TRIMMED_MOST = 0.3;
/** JPEG mixes the border into the first line behind it. */
const MIXED = 1;

/** What stands within a border or a letterbox of one colour; undefined where no side has one. */
export function trimmedWindow(pixels: Pixels): Window | undefined {
  const { width, height } = pixels;
  const [top, bottom] = [
    borderLines(pixels, { rows: true, end: false }),
    borderLines(pixels, { rows: true, end: true }),
  ];
  const [left, right] = [
    borderLines(pixels, { rows: false, end: false }),
    borderLines(pixels, { rows: false, end: true }),
  ];
  if (top + bottom + left + right === 0) return undefined;
  return { left, top, width: width - left - right, height: height - top - bottom };
}

/** How many lines from one side inwards have the colour of the outermost. */
function borderLines({ width, height, channels, pixels }: Pixels, side: { rows: boolean; end: boolean }): number {
  const [lines, length] = side.rows ? [height, width] : [width, height];
  const most = Math.floor(lines * TRIMMED_MOST);
  const colour = [0, 0, 0];
  const difference = (line: number, seen: (at: number, channel: number) => number): number => {
    const place = side.end ? lines - 1 - line : line;
    let sum = 0;
    for (let i = 0; i < length; i++) {
      const at = (side.rows ? place * width + i : i * width + place) * channels;
      for (let channel = 0; channel < channels; channel++) sum += seen(at + channel, channel);
    }
    return sum / length / channels;
  };
  difference(0, (at, channel) => {
    colour[channel] = (colour[channel] ?? 0) + (pixels[at] ?? 0) / length;
    return 0;
  });
  let count = 0;
  while (
    count < most &&
    difference(count, (at, channel) => Math.abs((pixels[at] ?? 0) - (colour[channel] ?? 0))) < STEP_MOST
  )
    count++;
  return count === 0 ? 0 : Math.min(most, count + MIXED);
}

/** The pixels of a rectangle within a picture. */
export function windowPixels({ width, channels, pixels }: Pixels, window: Window): Pixels {
  const out = new Uint8Array(window.width * window.height * channels);
  for (let y = 0; y < window.height; y++) {
    const from = ((window.top + y) * width + window.left) * channels;
    out.set(pixels.subarray(from, from + window.width * channels), y * window.width * channels);
  }
  return { width: window.width, height: window.height, channels, pixels: out };
}
