import { crc32 } from "#base/formats";
import { holds, little } from "#base/values";
import { type Candidate, type HoldingFormat, wholeAt } from "./candidate.ts";
import { type CarveGround, noteParts } from "./carve-ground.ts";
import type { InflateRun } from "./inflater.ts";

// Packed streams, one behind the other: gzip by unpacking it to its sum, xz and zstd by the lengths of their blocks.

const HEAD_MOST_BYTES = 4096;
const MEMBERS_MOST = 65_536;
const STEP_COST = 256;
/** A beginning is told where at least so much of it was followed. */
const BEGINNING_BYTES = 4096;

/** Where one stream ends, and whether that is its own end. */
interface StreamEnd {
  endByte: number;
  isWhole: boolean;
}

/** Streams of a kind, one behind the other; null where not even the first one is any. */
function streamRow(
  ground: CarveGround,
  at: number,
  { format, streamEnd }: { format: HoldingFormat; streamEnd(at: number): StreamEnd | null },
): Candidate | null {
  const places: number[] = [];
  let [end, last]: [number, StreamEnd | null] = [at, null];
  while (places.length < MEMBERS_MOST && ground.walkBytes > 0) {
    ground.walkBytes -= STEP_COST;
    const next = streamEnd(end);
    if (next === null || (!next.isWhole && places.length > 0)) break;
    places.push(end);
    [end, last] = [next.endByte, next];
    if (!next.isWhole) break;
  }
  if (last === null) return null;
  noteParts(ground, places.slice(1));
  const whole = wholeAt(format, at, Math.min(end, ground.bytes.sizeBytes) - at);
  if (last.isWhole) return whole;
  return whole.sizeBytes >= BEGINNING_BYTES ? { ...whole, how: "beginning" } : null;
}

/** A gzip file at a place: every member unpacked, its sum and its length compared. @see RFC 1952 */
export function followGzip(ground: CarveGround, at: number): Candidate | null {
  const { inflate, bytes } = ground;
  if (inflate === null) return null;
  return streamRow(ground, at, {
    format: "gzip",
    streamEnd(start) {
      const headBytes = gzipHead(bytes.few(start, HEAD_MOST_BYTES));
      if (headBytes === null) return null;
      const from = start + headBytes;
      const run = inflate("deflate", (view, place) => bytes.fill(view, from + place));
      try {
        const { came, used, ended } = unpackedBytes(ground, run);
        const endByte = from + used;
        const tail = bytes.few(endByte, 8);
        const isWhole =
          ended && tail.length === 8 && little(tail, 0, 4) === run.sum && little(tail, 4, 4) === came % 2 ** 32;
        return { endByte: isWhole ? endByte + 8 : endByte, isWhole };
      } finally {
        run.close();
      }
    },
  });
}

/** How much comes out of a stream, and how much of it was taken; `ended`: it came to its end. */
function unpackedBytes(ground: CarveGround, run: InflateRun): { came: number; used: number; ended: boolean } {
  let [came, used] = [0, 0];
  try {
    while (ground.walkBytes > 0) {
      const count = run.next();
      ground.walkBytes -= count + run.usedBytes - used;
      // Where it breaks, what was taken last is not known to be its own.
      used = run.usedBytes;
      came += count;
      if (count === 0) return { came, used, ended: true };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return { came, used: came === 0 ? 0 : used, ended: false };
}

/** The length of a member's header; null where it is none. */
function gzipHead(head: Uint8Array): number | null {
  const flags = head[3] ?? 255;
  if (!holds(head, 0, "\x1f\x8b\x08") || flags > 31) return null;
  let at = 10 + ((flags & 4) === 0 ? 0 : 2 + little(head, 10, 2));
  for (const text of [flags & 8, flags & 16]) {
    if (text === 0) continue;
    const end = head.indexOf(0, at);
    if (end < 0) return null;
    at = end + 1;
  }
  return at + ((flags & 2) === 0 ? 0 : 2);
}

const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/** An xz file at a place, by the sums of its headers and the lengths of its chunks. @see The .xz file format 1.1.0 */
export function followXz(ground: CarveGround, at: number): Candidate | null {
  const { bytes } = ground;
  return streamRow(ground, at, {
    format: "xz",
    streamEnd(start) {
      const head = bytes.few(start, 12);
      if (!holds(head, 0, "\xfd7zXZ\0") || little(head, 8, 4) !== crc32(head.subarray(6, 8))) return null;
      let place = start + 12;
      while (ground.walkBytes > 0) {
        ground.walkBytes -= STEP_COST;
        const first = bytes.few(place, 1)[0];
        if (first === undefined) break;
        if (first === 0) return xzEnd(ground, { place, flags: head[7] ?? 0 });
        const end = xzBlock(ground, place);
        if (!end.isWhole) return end;
        place = end.endByte + (CHECK_BYTES[(head[7] ?? 0) & 15] ?? 0);
      }
      return { endByte: Math.min(place, bytes.sizeBytes), isWhole: false };
    },
  });
}

/** A block: its header with its sum, and chunks that say their length. */
function xzBlock(ground: CarveGround, at: number): StreamEnd {
  const { bytes } = ground;
  const headBytes = ((bytes.few(at, 1)[0] ?? 0) + 1) * 4;
  const head = bytes.few(at, headBytes);
  const broken = { endByte: at, isWhole: false };
  if (head.length < headBytes || crc32(head.subarray(0, headBytes - 4)) !== little(head, headBytes - 4, 4))
    return broken;
  for (let place = at + headBytes; ground.walkBytes > 0; ) {
    ground.walkBytes -= STEP_COST;
    const chunk = bytes.few(place, 6);
    const control = chunk[0] ?? 3;
    if (control === 0) {
      const behind = place + 1;
      return { endByte: behind + ((4 - ((behind - at) & 3)) & 3), isWhole: behind <= bytes.sizeBytes };
    }
    if (control > 2 && control < 0x80) return { ...broken, endByte: place };
    const isPacked = control >= 0x80;
    const lengthBytes = ((chunk[isPacked ? 3 : 1] ?? 0) << 8) + (chunk[isPacked ? 4 : 2] ?? 0) + 1;
    place += (isPacked ? (control >= 0xc0 ? 6 : 5) : 3) + lengthBytes;
    if (place > bytes.sizeBytes) return { ...broken, endByte: bytes.sizeBytes };
  }
  return broken;
}

const INDEX_BYTES = 2 ** 12;
const INDEX_MOST_BYTES = 2 ** 20;

/** The index, whose length stands in the record behind it. */
function xzEnd(ground: CarveGround, { place, flags }: { place: number; flags: number }): StreamEnd {
  const { bytes } = ground;
  // Most have a block or two.
  const end = xzEndIn(ground, { place, flags, window: bytes.bytes(place, INDEX_BYTES) });
  return end.isWhole ? end : xzEndIn(ground, { place, flags, window: bytes.bytes(place, INDEX_MOST_BYTES) });
}

function xzEndIn(
  ground: CarveGround,
  { place, flags, window }: { place: number; flags: number; window: Uint8Array },
): StreamEnd {
  const { bytes } = ground;
  ground.walkBytes -= window.length;
  for (let at = 8; at + 12 <= window.length; at += 4) {
    if (window[at + 10] !== 0x59 || window[at + 11] !== 0x5a || window[at + 9] !== flags) continue;
    if (little(window, at + 4, 4) * 4 + 4 !== at || little(window, at, 4) !== crc32(window.subarray(at + 4, at + 10)))
      continue;
    let endByte = place + at + 12;
    // Streams may be filled up to fours with zeros, where another one follows.
    while (little(bytes.few(endByte, 4), 0, 4) === 0 && holds(bytes.few(endByte + 4, 6), 0, "\xfd7zXZ\0")) endByte += 4;
    return { endByte, isWhole: true };
  }
  return { endByte: place, isWhole: false };
}

const BLOCK_MOST_BYTES = 128 * 1024;

/** A zstd file at a place, by the lengths of its blocks, and by unpacking them. @see RFC 8878 §3.1.1 */
export function followZstd(ground: CarveGround, at: number): Candidate | null {
  const { inflate, bytes } = ground;
  return streamRow(ground, at, {
    format: "zstd",
    streamEnd(start) {
      const frame = zstdFrame(ground, start);
      if (frame === null || !frame.isWhole || inflate === null) return frame;
      const lengthBytes = frame.endByte - start;
      const run = inflate("zstd", (view, place) =>
        bytes.fill(view.subarray(0, Math.max(0, lengthBytes - place)), start + place),
      );
      try {
        const { ended, came } = unpackedBytes(ground, run);
        return ended || came > BEGINNING_BYTES ? { ...frame, isWhole: ended } : null;
      } finally {
        run.close();
      }
    },
  });
}

function zstdFrame(ground: CarveGround, at: number): StreamEnd | null {
  const { bytes } = ground;
  const head = bytes.few(at, 18);
  const flags = head[4] ?? 8;
  if (!holds(head, 0, "\x28\xb5\x2f\xfd") || (flags & 8) !== 0) return null;
  const isSingle = (flags & 0x20) !== 0;
  const sizeField = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  let place = at + 5 + (isSingle ? 0 : 1) + ([0, 1, 2, 4][flags & 3] ?? 0) + sizeField;
  for (let blocks = 0; ground.walkBytes > 0; blocks++) {
    ground.walkBytes -= STEP_COST;
    const block = bytes.few(place, 3);
    const word = little(block, 0, 3);
    const [kind, lengthBytes] = [(word >> 1) & 3, word >> 3];
    if (block.length < 3 || kind === 3 || lengthBytes > BLOCK_MOST_BYTES)
      return blocks === 0 ? null : { endByte: place, isWhole: false };
    place += 3 + (kind === 1 ? 1 : lengthBytes);
    if (place > bytes.sizeBytes) return { endByte: bytes.sizeBytes, isWhole: false };
    if ((word & 1) === 0) continue;
    const endByte = place + ((flags & 4) === 0 ? 0 : 4);
    return { endByte, isWhole: endByte <= bytes.sizeBytes && lengthBytes > 0 };
  }
  return null;
}
