import { type Candidate, wholeAt } from "./candidate.ts";
import { type CarveGround, noteParts } from "./carve-ground.ts";

// bzip2: blocks begin at any bit with a mark of 48 bits and a sum; the record at the end holds a sum of those sums. So the end is
// proven without unpacking anything.

const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;
const FIRST_WINDOW_BYTES = 2 ** 12;
const WINDOW_BYTES = 2 ** 20;
/** Bytes of a mark and its sum, at any bit. */
const MARK_BYTES = 11;
const BLOCKS_MOST = 65_536;
/** A block of 900,000 bytes that cannot be packed takes no more. */
const BLOCK_MOST_BYTES = 1_000_000;

/** Two bytes that stand whole within a mark, by how many bits it is shifted: kinds as bits. */
const WITHIN = withinTable();

function withinTable(): Uint8Array {
  const table = new Uint8Array(65_536);
  for (const [high, low] of [BLOCK, END]) {
    for (let shift = 0; shift < 8; shift++) {
      // Bits 8 - shift to 24 - shift of the mark.
      const bits = high * 2 ** 24 + low;
      const pair = Math.floor(bits / 2 ** (48 - 24 + shift)) & 0xffff;
      table[pair] = 1;
    }
  }
  return table;
}

/** A bzip2 file at a place, streams one behind the other; null where none is. */
export function followBzip2(ground: CarveGround, at: number): Candidate | null {
  const places: number[] = [];
  let end = at;
  while (places.length < BLOCKS_MOST && isHead(ground, end)) {
    const next = streamEnd(ground, end);
    if (next === null) break;
    places.push(end);
    end = next;
  }
  if (places.length === 0) return null;
  noteParts(ground, places.slice(1));
  return wholeAt("bzip2", at, end - at);
}

function isHead({ bytes }: CarveGround, at: number): boolean {
  const head = bytes.few(at, 4);
  const level = head[3] ?? 0;
  return head[0] === 0x42 && head[1] === 0x5a && head[2] === 0x68 && level > 0x30 && level <= 0x39;
}

/** The end of the stream at a place, where its sums come out; null where they do not. */
function streamEnd(ground: CarveGround, start: number): number | null {
  let [sum, last] = [0, start];
  let windowBytes = FIRST_WINDOW_BYTES;
  for (let at = start + 4; ground.walkBytes > 0; windowBytes = Math.min(WINDOW_BYTES, windowBytes * 4)) {
    const window = ground.bytes.bytes(at, windowBytes);
    ground.walkBytes -= window.length;
    for (let i = 1; i + MARK_BYTES < window.length; i++) {
      if (WITHIN[((window[i] as number) << 8) | (window[i + 1] as number)] === 0) continue;
      const mark = markAt(window, i - 1);
      if (mark === null) continue;
      if (mark.isEnd) return mark.sum === sum >>> 0 ? at + mark.endByte : null;
      sum = ((sum << 1) | (sum >>> 31)) ^ mark.sum;
      last = at + i;
      i += MARK_BYTES - 2;
    }
    at += window.length - MARK_BYTES - 1;
    if (window.length < windowBytes || at - last > 2 * BLOCK_MOST_BYTES) return null;
  }
  return null;
}

interface Mark {
  isEnd: boolean;
  sum: number;
  /** Behind the sum, and what fills up its last byte. */
  endByte: number;
}

/** A mark that begins within a byte. */
function markAt(bytes: Uint8Array, at: number): Mark | null {
  for (let shift = 0; shift < 8; shift++) {
    const high = bitsAt(bytes, at * 8 + shift, 24);
    if (high !== BLOCK[0] && high !== END[0]) continue;
    const low = bitsAt(bytes, at * 8 + shift + 24, 24);
    const isEnd = high === END[0] && low === END[1];
    if (!isEnd && !(high === BLOCK[0] && low === BLOCK[1])) continue;
    const sum = bitsAt(bytes, at * 8 + shift + 48, 16) * 65_536 + bitsAt(bytes, at * 8 + shift + 64, 16);
    return { isEnd, sum, endByte: Math.ceil((at * 8 + shift + 80) / 8) };
  }
  return null;
}

/** Up to 24 bits, the highest first. */
function bitsAt(bytes: Uint8Array, bit: number, count: number): number {
  const at = bit >> 3;
  const four =
    (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>>
    0;
  return (four << (bit & 7)) >>> (32 - count);
}
