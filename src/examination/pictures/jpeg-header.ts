import { big, holds } from "#base/values";
import { orientationOf } from "./tiff-directory.ts";

/** What a JPEG says of itself before its first scan. */
export interface JpegHeader {
  width: number;
  height: number;
  components: number;
  /** Lossless frames (SOF3 and the like) are what cameras keep sensor data in. */
  lossless: boolean;
  orientation: number;
}

const SEGMENTS_MOST = 4096;

/**
 * Reads a JPEG's markers up to its frame header.
 *
 * @param start Where it begins within the bytes.
 * @returns undefined where there is no frame header. @see ITU-T T.81 annex B
 */
export function jpegHeader(bytes: Uint8Array, start = 0): JpegHeader | undefined {
  let orientation = 1;
  let at = start + 2;
  for (let segments = 0; segments < SEGMENTS_MOST && at + 4 <= bytes.length; segments++) {
    if (bytes[at] !== 0xff) return undefined;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    if (marker === 0xd9 || marker === 0xda) return undefined;
    if (isFrame(marker)) return { ...frameAt(bytes, at), orientation };
    if (marker === 0xe1 && holds(bytes, at + 4, "Exif\0\0")) orientation = orientationOf(bytes.subarray(at + 10));
    at += 2 + Math.max(2, big(bytes, at + 2, 2));
  }
  return undefined;
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function frameAt(bytes: Uint8Array, at: number): Omit<JpegHeader, "orientation"> {
  return {
    height: big(bytes, at + 5, 2),
    width: big(bytes, at + 7, 2),
    components: bytes[at + 9] ?? 0,
    lossless: ((bytes[at + 1] ?? 0) & 3) === 3,
  };
}
