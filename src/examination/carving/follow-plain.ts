import { gifWalk, pngWalk } from "#base/formats";
import { big, holds, little } from "#base/values";
import { type Candidate, wholeAt } from "./candidate.ts";
import { type CarveGround, growing, PICTURE_MOST_BYTES } from "./carve-ground.ts";
import { pngGap } from "./png-gap.ts";

const SIDE_MOST = 65_536;

/** A PNG at a place; null where none is. */
export function followPng(ground: CarveGround, at: number): Candidate | null {
  const head = ground.bytes.few(at, 33);
  const [width, height] = [big(head, 16, 4), big(head, 20, 4)];
  if (!holds(head, 8, "\0\0\0\rIHDR") || width === 0 || height === 0) return null;
  const grown = growing(ground, at, pngWalk);
  if (grown === null) return null;
  const { ended, endBytes, goodBytes } = grown.walk;
  if (ended) return wholeAt("png", at, endBytes);
  const found = goodBytes > 8 ? pngGap(ground, at, goodBytes) : null;
  const isBegun = grown.bytes.subarray(0, goodBytes).length > 33 && holdsData(grown.bytes, goodBytes);
  return (
    found ?? (isBegun ? { ...wholeAt("png", at, Math.min(endBytes, grown.bytes.length)), how: "beginning" } : null)
  );
}

/** Whether at least one part with points is proven. */
function holdsData(bytes: Uint8Array, goodBytes: number): boolean {
  for (let at = 8; at < goodBytes; at += 12 + big(bytes, at, 4)) if (holds(bytes, at + 4, "IDAT")) return true;
  return false;
}

/** A GIF at a place; null where none is, or its codes break. */
export function followGif(ground: CarveGround, at: number): Candidate | null {
  const grown = growing(ground, at, gifWalk);
  return grown?.walk.ended === true ? wholeAt("gif", at, grown.walk.endBytes) : null;
}

/** Header lengths of every kind of BMP. */
const BMP_HEADERS = [12, 40, 52, 56, 64, 108, 124];

/** A BMP without compression, whose size is just what its points need; null otherwise. */
export function followBmp({ bytes }: CarveGround, at: number): Candidate | null {
  const head = bytes.few(at, 54);
  const [sizeBytes, pointsAt, header] = [little(head, 2, 4), little(head, 10, 4), little(head, 14, 4)];
  if (!BMP_HEADERS.includes(header) || pointsAt < 14 + header || pointsAt > 14 + header + 1024 + 12) return null;
  const isOld = header === 12;
  const [width, high] = isOld
    ? [little(head, 18, 2), little(head, 20, 2)]
    : [little(head, 18, 4) | 0, little(head, 22, 4) | 0];
  const [planes, depth] = isOld
    ? [little(head, 22, 2), little(head, 24, 2)]
    : [little(head, 26, 2), little(head, 28, 2)];
  const packing = isOld ? 0 : little(head, 30, 4);
  const height = Math.abs(high);
  if (planes !== 1 || ![1, 4, 8, 16, 24, 32].includes(depth) || (packing !== 0 && packing !== 3)) return null;
  if (width < 1 || width > SIDE_MOST || height < 1 || height > SIDE_MOST) return null;
  const needed = pointsAt + Math.ceil((width * depth) / 32) * 4 * height;
  if (sizeBytes < needed || sizeBytes > needed + 4 || sizeBytes > PICTURE_MOST_BYTES) return null;
  return at + sizeBytes <= bytes.sizeBytes ? wholeAt("bmp", at, sizeBytes) : null;
}
