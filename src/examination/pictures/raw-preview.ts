import { big, holds } from "#base/values";
import { jpegHeader } from "./jpeg-header.ts";
import { type TiffDirectory, tiffDirectories } from "./tiff-directory.ts";

/** A JPEG within a file. */
export interface EmbeddedJpeg {
  at: number;
  lengthBytes: number;
  width: number;
  height: number;
}

const SEARCHED_BYTES = 2 ** 26;
const TRIED_MOST = 512;
const TAG = { compression: 259, photometric: 262, strips: 273, stripBytes: 279, jpeg: 513, jpegBytes: 514 };
const COLOUR_FILTER = new Set([32_803, 34_892]);

/** Whether a TIFF is a camera's RAW: one of its directories holds what the sensor saw. @see TIFF/EP, DNG 1.7 */
export function isRawTiff(bytes: Uint8Array): boolean {
  const { all } = tiffDirectories(bytes);
  return all.some(({ values }) => COLOUR_FILTER.has(values.get(TAG.photometric)?.[0] ?? 0) || values.has(50_706));
}

/**
 * The largest picture that a camera put into its RAW file: named by a directory or a header, else found by searching.
 *
 * @returns undefined where there is none.
 */
export function rawPreview(bytes: Uint8Array): EmbeddedJpeg | undefined {
  return largest(named(bytes)) ?? largest(searched(bytes));
}

function named(bytes: Uint8Array): EmbeddedJpeg[] {
  if (holds(bytes, 0, "FUJIFILMCCD-RAW")) return jpegsAt(bytes, [[big(bytes, 84, 4), big(bytes, 88, 4)]]);
  return jpegsAt(
    bytes,
    tiffDirectories(bytes).all.flatMap((directory) => rangesIn(directory)),
  );
}

function rangesIn({ values }: TiffDirectory): [number, number][] {
  const first = (tag: number): number => values.get(tag)?.[0] ?? 0;
  const ranges: [number, number][] = [[first(TAG.jpeg), first(TAG.jpegBytes)]];
  if (values.get(TAG.strips)?.length === 1) ranges.push([first(TAG.strips), first(TAG.stripBytes)]);
  return ranges;
}

/** Those of the ranges at which a JPEG of eight bits begins; 0 bytes: to the end of the file. */
function jpegsAt(bytes: Uint8Array, ranges: [number, number][]): EmbeddedJpeg[] {
  return ranges.flatMap(([at, lengthBytes]) => {
    if (at <= 0 || !holds(bytes, at, "\xff\xd8\xff")) return [];
    const header = jpegHeader(bytes, at);
    if (header === undefined || header.lossless || header.width * header.height === 0) return [];
    const end = lengthBytes === 0 ? bytes.length : Math.min(bytes.length, at + lengthBytes);
    return [{ at, lengthBytes: end - at, width: header.width, height: header.height }];
  });
}

function searched(bytes: Uint8Array): EmbeddedJpeg[] {
  const ranges: [number, number][] = [];
  const end = Math.min(bytes.length, SEARCHED_BYTES);
  for (
    let at = bytes.indexOf(0xff, 1);
    at > 0 && at < end && ranges.length < TRIED_MOST;
    at = bytes.indexOf(0xff, at + 1)
  ) {
    if (bytes[at + 1] === 0xd8 && bytes[at + 2] === 0xff) ranges.push([at, 0]);
  }
  return jpegsAt(bytes, ranges);
}

function largest(jpegs: EmbeddedJpeg[]): EmbeddedJpeg | undefined {
  return jpegs.reduce<EmbeddedJpeg | undefined>(
    (best, next) => (best === undefined || next.width * next.height > best.width * best.height ? next : best),
    undefined,
  );
}
