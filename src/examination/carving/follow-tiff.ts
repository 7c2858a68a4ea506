import { big, holds, little } from "#base/values";
import { type Candidate, wholeAt } from "./candidate.ts";
import { type CarveGround, PICTURE_MOST_BYTES } from "./carve-ground.ts";

const DIRECTORIES_MOST = 64;
const ENTRIES_MOST = 512;
const VALUES_MOST = 65_536;
/** Bytes of each kind of value, by its number. @see TIFF 6.0 §2 */
const WIDTHS = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const [WIDTH, HEIGHT, STRIPS, STRIP_BYTES, TILES, TILE_BYTES] = [256, 257, 273, 279, 324, 325];
const [JPEG_AT, JPEG_BYTES] = [513, 514];
/** Directories of their own: pictures within, EXIF, its interoperability, positions. */
const INNER = [330, 34_665, 34_853, 40_965];

interface Walk {
  ground: CarveGround;
  at: number;
  read: typeof little;
  waiting: number[];
  seen: Set<number>;
  end: number;
  pictures: number;
}

/** A TIFF, or camera RAW built like one, at a place: up to the last byte that any of its directories names; null where none is. */
export function followTiff(ground: CarveGround, at: number): Candidate | null {
  const head = ground.bytes.few(at, 8);
  const read = holds(head, 0, "MM") ? big : little;
  const walk: Walk = {
    ...{ ground, at, read, waiting: [read(head, 4, 4)], end: 8, pictures: 0 },
    seen: new Set(),
  };
  for (let next = walk.waiting.pop(); next !== undefined; next = walk.waiting.pop()) {
    if (next === 0 || walk.seen.has(next)) continue;
    if (walk.seen.size >= DIRECTORIES_MOST || !directory(walk, next)) return null;
    walk.seen.add(next);
  }
  const isThere = walk.end <= PICTURE_MOST_BYTES && at + walk.end <= ground.bytes.sizeBytes;
  return walk.pictures > 0 && isThere ? wholeAt("tiff", at, walk.end) : null;
}

/** One directory; false where it is none. */
function directory(walk: Walk, start: number): boolean {
  const { ground, at, read } = walk;
  const count = read(ground.bytes.few(at + start, 2), 0, 2);
  if (start < 8 || start > PICTURE_MOST_BYTES || count < 1 || count > ENTRIES_MOST) return false;
  const bytes = ground.bytes.bytes(at + start + 2, count * 12 + 4);
  ground.walkBytes -= bytes.length;
  if (bytes.length < count * 12 + 4 || ground.walkBytes <= 0) return false;
  walk.end = Math.max(walk.end, start + 2 + bytes.length);
  const values = new Map<number, number[]>();
  let last = -1;
  for (let i = 0; i < count; i++) {
    const tag = read(bytes, i * 12, 2);
    const own = entryValues(walk, bytes.subarray(i * 12, i * 12 + 12));
    // Tags ascend; some cameras' private ones do not, but a random row is found out soon.
    if (own === null || (tag < last && tag < 32_768)) return false;
    last = tag;
    values.set(tag, own);
  }
  takeExtents(walk, values);
  for (const tag of INNER) walk.waiting.push(...(values.get(tag) ?? []).slice(0, DIRECTORIES_MOST));
  walk.waiting.push(read(bytes, count * 12, 4));
  return true;
}

/** An entry's whole numbers; what stands elsewhere counts for the end. Null where the entry cannot be. */
function entryValues(walk: Walk, entry: Uint8Array): number[] | null {
  const { read, ground, at } = walk;
  const width = WIDTHS[read(entry, 2, 2)] ?? 0;
  const count = read(entry, 4, 4);
  if (width === 0 || count * width > PICTURE_MOST_BYTES) return null;
  const isInline = count * width <= 4;
  const from = read(entry, 8, 4);
  if (!isInline) walk.end = Math.max(walk.end, from + count * width);
  if (![1, 3, 4, 13].includes(read(entry, 2, 2)) || count > VALUES_MOST) return [];
  const bytes = isInline ? entry.subarray(8) : ground.bytes.bytes(at + from, count * width);
  ground.walkBytes -= bytes.length;
  return Array.from({ length: count }, (_, i) => read(bytes, i * width, width));
}

function takeExtents(walk: Walk, values: ReadonlyMap<number, number[]>): void {
  const has = (tag: number): number[] => values.get(tag) ?? [];
  const isSized = (has(WIDTH)[0] ?? 0) > 0 && (has(HEIGHT)[0] ?? 0) > 0;
  for (const [places, lengths] of [
    [has(STRIPS), has(STRIP_BYTES)],
    [has(TILES), has(TILE_BYTES)],
    [has(JPEG_AT), has(JPEG_BYTES)],
  ] as const) {
    for (const [i, place] of places.entries()) walk.end = Math.max(walk.end, place + (lengths[i] ?? 0));
    if (isSized && places.length > 0 && places.length === lengths.length) walk.pictures++;
  }
}
