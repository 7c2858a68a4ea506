import { little } from "#base/values";
import type { FormatWalk } from "./format-walk.ts";

/** GIF: all codes of every picture are followed, and must give just its points. @see CompuServe, GIF89a */
export function gifWalk(bytes: Uint8Array): FormatWalk {
  const stop = (at: number): FormatWalk => {
    const endBytes = Math.min(at, bytes.length);
    return { ended: false, endBytes, goodBytes: 0, cut: at >= bytes.length };
  };
  const mark = String.fromCharCode(...bytes.subarray(0, 6));
  if (mark !== "GIF87a" && mark !== "GIF89a") return { ...stop(0), cut: false };
  let at = 13 + colours(bytes[10] ?? 0);
  for (let pictures = 0; at < bytes.length; ) {
    const kind = bytes[at];
    if (kind === 0x3b) return pictures > 0 ? { ...stop(at + 1), ended: true, goodBytes: at + 1, cut: false } : stop(at);
    if (kind === 0x21) {
      const end = blocksEnd(bytes, at + 2);
      if (end < 0) return stop(bytes.length);
      at = end;
      continue;
    }
    if (kind !== 0x2c) return stop(at);
    const points = little(bytes, at + 5, 2) * little(bytes, at + 7, 2);
    const codesAt = at + 10 + colours(bytes[at + 9] ?? 0);
    const wrongAt = codesWrongAt(bytes, codesAt, points);
    if (wrongAt >= 0) return stop(wrongAt);
    at = blocksEnd(bytes, codesAt + 1);
    if (at < 0) return stop(bytes.length);
    pictures++;
  }
  return stop(bytes.length);
}

function colours(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Behind the empty block that ends a chain of blocks; -1 where it does not end. */
function blocksEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return -1;
}

/** Where the codes of a picture go wrong; -1 where they give its points and end. */
function codesWrongAt(bytes: Uint8Array, at: number, points: number): number {
  const smallest = bytes[at] ?? 0;
  if (smallest < 1 || smallest > 8) return at;
  const clear = 1 << smallest;
  const lengths = new Uint16Array(4096).fill(1, 0, clear);
  let [next, width, before, given] = [clear + 2, smallest + 1, -1, 0];
  let [held, heldBits] = [0, 0];
  let block = at + 1;
  for (let place = block + 1, end = place + (bytes[block] ?? 0); ; ) {
    while (heldBits < width) {
      if (place >= end) {
        block = end;
        const length = bytes[block] ?? 0;
        if (length === 0 || block >= bytes.length) return block;
        [place, end] = [block + 1, block + 1 + length];
      }
      held |= (bytes[place++] ?? 0) << heldBits;
      heldBits += 8;
    }
    const code = held & ((1 << width) - 1);
    held >>>= width;
    heldBits -= width;
    if (code === clear + 1) {
      if (end >= bytes.length) return end;
      return given === points && bytes[end] === 0 ? -1 : place;
    }
    if (code === clear) {
      [next, width, before] = [clear + 2, smallest + 1, -1];
      continue;
    }
    if (before < 0 ? code >= clear : code > next || (code === next && next > 4095)) return place;
    if (before >= 0 && next < 4096) {
      lengths[next] = (lengths[before] ?? 0) + 1;
      next++;
      if (next === 1 << width && width < 12) width++;
    }
    given += lengths[code] ?? 0;
    if (given > points) return place;
    before = code;
  }
}
