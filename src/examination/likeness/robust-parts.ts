import type { Pixels } from "#examination/pictures";
import { trimmedWindow, type Window, windowPixels } from "./robust-trim.ts";

/** A part of a picture that is fingerprinted beside the whole. */
export interface PicturePart {
  /** "whole", "trimmed", "inset-N", "without-top-N", "without-bottom-N", "window-X-Y"; N, X and Y in percent of the side. */
  part: string;
  pixels: Pixels;
}

/** A fingerprint bears a cut of about 1 % a side; rungs of 1.5 % leave at most half of that to it. */
const INSET_PERCENTS = [1.5, 3, 4.5, 6, 7.5, 9, 10.5, 12];
/** Captions hide a band at one end; both pictures without that end are the same again. */
const BAND_PERCENTS = [12, 18, 24];

/**
 * Crops around another place than the middle: both pictures are cut once more, so that a few windows of one and a few of the other meet
 * within 1 % of a side. A copy cropped to about 90 % at any place holds one of the four windows of the original nearly as one of its own
 * sixteen; one cropped to 94 % and more, what is within an inset of the original.
 */
const QUERY_WINDOWS = { side: 95, places: [0, 1.67, 3.33, 5] };
const ENTRY_WINDOWS = { side: 85.5, places: [3.75, 9.75] };

/**
 * The parts of a picture that is asked about: the whole, what stands within a border, what stands without a caption's band, sixteen
 * windows of nearly the whole.
 *
 * @param pixels Reduced to 512 a side already or smaller; none is decoded again.
 */
export function queryParts(pixels: Pixels): PicturePart[] {
  return [...commonParts(pixels), ...windowParts(pixels, QUERY_WINDOWS)];
}

/**
 * The parts of a picture that is kept or compared with: the whole, what stands within a border and without a band, and narrower and
 * narrower ones and four off the middle that a cropped copy may be.
 */
export function entryParts(pixels: Pixels): PicturePart[] {
  const insets = INSET_PERCENTS.map((percent) => {
    const [x, y] = [share(pixels.width, percent), share(pixels.height, percent)];
    const window = { left: x, top: y, width: pixels.width - 2 * x, height: pixels.height - 2 * y };
    return { part: `inset-${percent}`, pixels: windowPixels(pixels, window) };
  });
  return [...commonParts(pixels), ...insets, ...windowParts(pixels, ENTRY_WINDOWS)];
}

function commonParts(pixels: Pixels): PicturePart[] {
  const trimmed = trimmedWindow(pixels);
  const inner = trimmed === undefined ? [] : [{ part: "trimmed", pixels: windowPixels(pixels, trimmed) }];
  return [{ part: "whole", pixels }, ...inner, ...bandParts(pixels)];
}

function windowParts(pixels: Pixels, { side, places }: typeof QUERY_WINDOWS): PicturePart[] {
  const [width, height] = [share(pixels.width, side), share(pixels.height, side)];
  return places.flatMap((x) =>
    places.map((y) => {
      const window = { left: share(pixels.width, x), top: share(pixels.height, y), width, height };
      return { part: `window-${x}-${y}`, pixels: windowPixels(pixels, window) };
    }),
  );
}

function bandParts(pixels: Pixels): PicturePart[] {
  return BAND_PERCENTS.flatMap((percent) => {
    const cut = share(pixels.height, percent);
    const rest: Window = { left: 0, top: 0, width: pixels.width, height: pixels.height - cut };
    return [
      { part: `without-bottom-${percent}`, pixels: windowPixels(pixels, rest) },
      { part: `without-top-${percent}`, pixels: windowPixels(pixels, { ...rest, top: cut }) },
    ];
  });
}

function share(side: number, percent: number): number {
  return Math.round((side * percent) / 100);
}
