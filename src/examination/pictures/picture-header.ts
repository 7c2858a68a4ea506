import { big, holds, little } from "#base/values";
import { jpegHeader } from "./jpeg-header.ts";
import type { PictureFormat } from "./picture-format.ts";
import { orientationIn, tiffDirectories } from "./tiff-directory.ts";

/** What a picture's header says, before any decoder runs. */
export interface PictureHeader {
  width: number;
  height: number;
  frames: number;
  orientation: number;
}

/** Frames and pages are counted no further. */
const FRAMES_MOST = 10_000;
const BOXES_SEEN_BYTES = 2 ** 20;

/**
 * The size a picture's header names, and how many pictures it holds.
 *
 * @returns undefined where the header does not say, or is damaged: then the decoder must.
 */
export function pictureHeader(bytes: Uint8Array, format: PictureFormat): PictureHeader | undefined {
  const found = PARSERS[format]?.(bytes);
  return found === undefined || found.width < 1 || found.height < 1
    ? undefined
    : { frames: 1, orientation: 1, ...found };
}

type Sides = Pick<PictureHeader, "width" | "height"> & Partial<PictureHeader>;

const PARSERS: Partial<Record<PictureFormat, (bytes: Uint8Array) => Sides | undefined>> = {
  jpeg: (bytes) => jpegHeader(bytes),
  png: pngHeader,
  gif: gifHeader,
  webp: webpHeader,
  bmp: bmpHeader,
  tiff: tiffHeader,
  avif: heifHeader,
  heic: heifHeader,
  psd: (bytes) => ({ width: big(bytes, 18, 4), height: big(bytes, 14, 4) }),
};

/** @see PNG, third edition §11.2.1 and §11.3.6.1 (acTL) */
function pngHeader(bytes: Uint8Array): Sides {
  const frames = holds(bytes, 37, "acTL") ? big(bytes, 41, 4) : 1;
  return { width: big(bytes, 16, 4), height: big(bytes, 20, 4), frames: Math.min(FRAMES_MOST, Math.max(1, frames)) };
}

/** The screen, or the first frame where that is larger; frames are counted by walking the blocks. @see GIF89a §18 to §27 */
function gifHeader(bytes: Uint8Array): Sides {
  const table = (flags: number): number => ((flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1));
  let [width, height, frames] = [little(bytes, 6, 2), little(bytes, 8, 2), 0];
  let at = 13 + table(bytes[10] ?? 0);
  while (at < bytes.length && frames < FRAMES_MOST) {
    const kind = bytes[at];
    if (kind !== 0x21 && kind !== 0x2c) break;
    if (kind === 0x2c) {
      width = Math.max(width, frames === 0 ? little(bytes, at + 5, 2) : 0);
      height = Math.max(height, frames === 0 ? little(bytes, at + 7, 2) : 0);
      frames++;
      at += 11 + table(bytes[at + 9] ?? 0);
    } else at += 2;
    while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
    at++;
  }
  return { width, height, frames: Math.max(1, frames) };
}

/** @see RFC 9649 §2.5 to §2.7 */
function webpHeader(bytes: Uint8Array): Sides | undefined {
  if (holds(bytes, 12, "VP8 ")) return { width: little(bytes, 26, 2) & 0x3fff, height: little(bytes, 28, 2) & 0x3fff };
  if (holds(bytes, 12, "VP8L")) {
    const packed = little(bytes, 21, 4);
    return { width: (packed & 0x3fff) + 1, height: (Math.floor(packed / 2 ** 14) & 0x3fff) + 1 };
  }
  if (!holds(bytes, 12, "VP8X")) return undefined;
  let frames = 0;
  for (let at = 12; at + 8 <= bytes.length && frames < FRAMES_MOST; ) {
    if (holds(bytes, at, "ANMF")) frames++;
    const length = little(bytes, at + 4, 4);
    at += 8 + length + (length % 2);
  }
  return { width: little(bytes, 24, 3) + 1, height: little(bytes, 27, 3) + 1, frames: Math.max(1, frames) };
}

function bmpHeader(bytes: Uint8Array): Sides {
  if (little(bytes, 14, 4) === 12) return { width: little(bytes, 18, 2), height: little(bytes, 20, 2) };
  return { width: little(bytes, 18, 4) | 0, height: Math.abs(little(bytes, 22, 4) | 0) };
}

function tiffHeader(bytes: Uint8Array): Sides | undefined {
  const { chain } = tiffDirectories(bytes);
  const [width = 0] = chain[0]?.values.get(256) ?? [];
  const [height = 0] = chain[0]?.values.get(257) ?? [];
  return { width, height, frames: Math.max(1, chain.length), orientation: orientationIn(chain[0]) };
}

/** The largest of the sizes that its items have. @see ISO/IEC 23008-12 §6.5.3 (ispe) */
function heifHeader(bytes: Uint8Array): Sides | undefined {
  let [width, height] = [0, 0];
  for (let at = 8; at + 16 <= Math.min(bytes.length, BOXES_SEEN_BYTES); at++) {
    if (bytes[at] !== 0x69 || !holds(bytes, at, "ispe")) continue;
    const [wide, high] = [big(bytes, at + 8, 4), big(bytes, at + 12, 4)];
    if (wide * high > width * height) [width, height] = [wide, high];
  }
  return width === 0 ? undefined : { width, height };
}
