import { big, holds, little } from "#base/values";

/** One directory of a TIFF: numbers by tag; of arrays at most the first VALUES_MOST. */
export interface TiffDirectory {
  /** Byte at which it stands. */
  at: number;
  values: Map<number, number[]>;
}

const DIRECTORIES_MOST = 256;
const ENTRIES_MOST = 1024;
const VALUES_MOST = 64;
const SUB_DIRECTORIES = 330;
const ORIENTATION = 274;
/** Bytes of BYTE, ASCII, SHORT, LONG, …; only whole numbers are read. */
const WIDTHS: Record<number, number> = { 1: 1, 3: 2, 4: 4, 13: 4, 16: 8, 18: 8 };

/**
 * The directories of a TIFF: those in its chain, then those they name as their own.
 *
 * @returns An empty list where the bytes are no TIFF; what stands before a damage otherwise. @see TIFF 6.0 §2
 */
export function tiffDirectories(bytes: Uint8Array): { chain: TiffDirectory[]; all: TiffDirectory[] } {
  const read = holds(bytes, 0, "MM") ? big : little;
  const isBig = read(bytes, 2, 2) === 43;
  const layout: Layout = { bytes, read, count: isBig ? 8 : 2, entry: isBig ? 20 : 12, offset: isBig ? 8 : 4 };
  const seen = new Set<number>();
  const chain = chainFrom(read(bytes, isBig ? 8 : 4, layout.offset), layout, seen);
  const all = [...chain];
  for (let i = 0; i < all.length && all.length < DIRECTORIES_MOST; i++) {
    for (const start of all[i]?.values.get(SUB_DIRECTORIES) ?? []) all.push(...chainFrom(start, layout, seen));
  }
  return { chain, all };
}

/** EXIF orientation, 1 to 8, from a TIFF; 1 where it says none. */
export function orientationOf(tiff: Uint8Array): number {
  return orientationIn(tiffDirectories(tiff).chain[0]);
}

/** The same, of a directory that was read. */
export function orientationIn(directory: TiffDirectory | undefined): number {
  const [value = 1] = directory?.values.get(ORIENTATION) ?? [];
  return value >= 1 && value <= 8 ? value : 1;
}

interface Layout {
  bytes: Uint8Array;
  read: typeof little;
  /** Bytes of the number of entries, of an entry, of an offset. */
  count: number;
  entry: number;
  offset: number;
}

function chainFrom(start: number, layout: Layout, seen: Set<number>): TiffDirectory[] {
  const { bytes, read, count, entry, offset } = layout;
  const found: TiffDirectory[] = [];
  let at = start;
  while (at > 0 && at + count <= bytes.length && !seen.has(at) && seen.size < DIRECTORIES_MOST) {
    seen.add(at);
    const entries = Math.min(ENTRIES_MOST, read(bytes, at, count));
    const values = new Map<number, number[]>();
    for (let i = 0; i < entries; i++) {
      const entryAt = at + count + i * entry;
      if (entryAt + entry > bytes.length) break;
      values.set(read(bytes, entryAt, 2), entryValues(entryAt, layout));
    }
    found.push({ at, values });
    at = read(bytes, at + count + entries * entry, offset);
  }
  return found;
}

function entryValues(at: number, { bytes, read, offset }: Layout): number[] {
  const width = WIDTHS[read(bytes, at + 2, 2)];
  if (width === undefined) return [];
  const total = read(bytes, at + 4, offset);
  const inline = at + 4 + offset;
  const from = total * width <= offset ? inline : read(bytes, inline, offset);
  const values: number[] = [];
  for (let i = 0; i < Math.min(total, VALUES_MOST) && from + (i + 1) * width <= bytes.length; i++) {
    values.push(read(bytes, from + i * width, width));
  }
  return values;
}
