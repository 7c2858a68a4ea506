import type { FormatWalk } from "#base/formats";
import type { Inflater } from "./inflater.ts";
import type { SearchedBytes } from "./searched-bytes.ts";

/** Pictures are followed no further. */
export const PICTURE_MOST_BYTES = 64 * 2 ** 20;

/** What walks work on, and what they may still cost. */
export interface CarveGround {
  bytes: SearchedBytes;
  /** Files begin at multiples of this in what is searched, and their pieces do: the size of a cluster. */
  grainBytes: number;
  /** Bytes that may still be followed, from candidates' beginnings; and tried as second pieces. */
  walkBytes: number;
  gapBytes: number;
  /** Bytes of files that hold files that may still be told: whoever takes one reads all of it. */
  heldBytes: number;
  /** Null: gzip is not followed, and zstd is not proven. */
  inflate: Inflater | null;
  /** Beginnings that are parts of a file that was followed: entries, members. They begin nothing of their own. */
  parts: Set<number>;
}

const PARTS_MOST = 2 ** 20;

/** Notes parts of a file that was followed, behind its first. */
export function noteParts({ parts }: CarveGround, places: readonly number[]): void {
  for (const place of places) if (parts.size < PARTS_MOST) parts.add(place);
}

/** Sizes at which a file that is not at its end is read again. */
const STEPS = [2 ** 12, 2 ** 16, 2 ** 19, 2 ** 22, 2 ** 24, PICTURE_MOST_BYTES];
/** What a look costs that ends at once. */
const LEAST_COST = 256;

/** Follows a format over more and more bytes until it ends or breaks. @returns null where nothing may be followed any more. */
export function growing<T extends FormatWalk>(
  ground: CarveGround,
  at: number,
  walk: (bytes: Uint8Array) => T,
): { bytes: Uint8Array; walk: T } | null {
  for (const step of STEPS) {
    if (ground.walkBytes <= 0) return null;
    const bytes = ground.bytes.bytes(at, step);
    const said = walk(bytes);
    ground.walkBytes -= said.endBytes + LEAST_COST;
    if (!said.cut || bytes.length < step || step === PICTURE_MOST_BYTES) return { bytes, walk: said };
  }
  return null;
}
