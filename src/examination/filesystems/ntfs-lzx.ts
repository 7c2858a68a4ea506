import { type PrefixCode, prefixCode, symbolOf, take, type WordBits, wordBits } from "./ntfs-huffman.ts";

// LZX as Windows Imaging and the compressed files of Windows 10 use it: chunks of 32 KiB, each by itself.
// @see Microsoft, [MS-PATCH] LZX DELTA Compression and Decompression; WIM's differences: Microsoft, "Imaging file
// format" and its readers: a bit tells the usual block size, and calls (E8) are always translated back.

const CHUNK_BYTES = 32_768;
const OFFSET_SLOTS = 30;
const MAIN_SYMBOLS = 256 + 8 * OFFSET_SLOTS;
const LENGTH_SYMBOLS = 249;
const CALLS_SIZE = 12_000_000;

/** Extra bits and first distance (formatted) of each slot. */
const SLOT_BITS = Array.from({ length: OFFSET_SLOTS }, (_, slot) => (slot < 4 ? 0 : (slot >> 1) - 1));
const SLOT_BASE = SLOT_BITS.map((_, slot) => SLOT_BITS.slice(0, slot).reduce((sum, bits) => sum + 2 ** bits, 0));

interface Lzx {
  from: WordBits;
  into: Uint8Array;
  out: number;
  recent: [number, number, number];
  mainLengths: Uint8Array;
  lengthLengths: Uint8Array;
}

/**
 * Expands one chunk compressed by LZX.
 *
 * @param into Room for the chunk, at most 32 KiB: its length is what the chunk holds.
 * @returns Whether all of it could be expanded.
 */
export function expandLzx(bytes: Uint8Array, into: Uint8Array): boolean {
  if (into.length > CHUNK_BYTES) return false;
  const lzx: Lzx = {
    from: wordBits(bytes, 0),
    into,
    out: 0,
    recent: [1, 1, 1],
    mainLengths: new Uint8Array(MAIN_SYMBOLS),
    lengthLengths: new Uint8Array(LENGTH_SYMBOLS),
  };
  while (lzx.out < into.length) if (!expandBlock(lzx)) return false;
  restoreCalls(into);
  return true;
}

function expandBlock(lzx: Lzx): boolean {
  const { from, into } = lzx;
  if (from.at > from.bytes.length + 4) return false;
  const kind = take(from, 3);
  const size = take(from, 1) === 1 ? CHUNK_BYTES : take(from, 16);
  if (size === 0 || size > into.length - lzx.out) return false;
  if (kind === 3) return copyBlock(lzx, size);
  if (kind !== 1 && kind !== 2) return false;
  let aligned: PrefixCode | null = null;
  if (kind === 2) {
    aligned = prefixCode(Uint8Array.from({ length: 8 }, () => take(from, 3)));
    if (aligned === null) return false;
  }
  const told =
    readLengths(from, lzx.mainLengths.subarray(0, 256)) &&
    readLengths(from, lzx.mainLengths.subarray(256)) &&
    readLengths(from, lzx.lengthLengths);
  const main = told ? prefixCode(lzx.mainLengths) : null;
  const lengths = told ? prefixCode(lzx.lengthLengths) : null;
  return main !== null && lengths !== null && expandMatches(lzx, lzx.out + size, { main, lengths, aligned });
}

/** Lengths of a code, told as differences to those of the block before, themselves coded. */
function readLengths(from: WordBits, lengths: Uint8Array): boolean {
  const code = prefixCode(Uint8Array.from({ length: 20 }, () => take(from, 4)));
  if (code === null) return false;
  for (let i = 0; i < lengths.length; ) {
    let symbol = symbolOf(code, from);
    if (symbol < 0) return false;
    let times = 1;
    if (symbol === 17 || symbol === 18) {
      times = symbol === 17 ? 4 + take(from, 4) : 20 + take(from, 5);
      if (i + times > lengths.length) times = lengths.length - i;
      lengths.fill(0, i, i + times);
    } else {
      if (symbol === 19) {
        times = Math.min(4 + take(from, 1), lengths.length - i);
        symbol = symbolOf(code, from);
        if (symbol < 0 || symbol > 16) return false;
      }
      lengths.fill(((lengths[i] ?? 0) - symbol + 17) % 17, i, i + times);
    }
    i += times;
  }
  return true;
}

function copyBlock(lzx: Lzx, size: number): boolean {
  const { from } = lzx;
  // The bits of the word begun are dropped; where none is begun, a whole word is.
  if (from.have === 0) from.at += 2;
  else if (from.have > 16) from.at -= 2;
  from.bits = 0;
  from.have = 0;
  const at = from.at + 12;
  if (at + size > from.bytes.length) return false;
  const view = new DataView(from.bytes.buffer, from.bytes.byteOffset, from.bytes.byteLength);
  lzx.recent = [view.getUint32(from.at, true), view.getUint32(from.at + 4, true), view.getUint32(from.at + 8, true)];
  lzx.into.set(from.bytes.subarray(at, at + size), lzx.out);
  lzx.out += size;
  from.at = at + size + (size & 1);
  return true;
}

interface Codes {
  main: PrefixCode;
  lengths: PrefixCode;
  aligned: PrefixCode | null;
}

function expandMatches(lzx: Lzx, end: number, codes: Codes): boolean {
  const { from, into } = lzx;
  let out = lzx.out;
  while (out < end) {
    const symbol = symbolOf(codes.main, from);
    if (symbol < 0) return false;
    if (symbol < 256) {
      into[out++] = symbol;
      continue;
    }
    let length = (symbol - 256) & 7;
    if (length === 7) {
      const more = symbolOf(codes.lengths, from);
      if (more < 0) return false;
      length += more;
    }
    const distance = matchDistance(lzx, (symbol - 256) >> 3, codes.aligned);
    const stop = out + length + 2;
    if (distance <= 0 || distance > out || stop > end) return false;
    for (; out < stop; out++) into[out] = into[out - distance] ?? 0;
  }
  lzx.out = out;
  return true;
}

function matchDistance(lzx: Lzx, slot: number, aligned: PrefixCode | null): number {
  const { from, recent } = lzx;
  if (slot < 3) {
    const distance = recent[slot] ?? 0;
    recent[slot] = recent[0];
    recent[0] = distance;
    return distance;
  }
  const bits = SLOT_BITS[slot] ?? 0;
  let extra: number;
  if (aligned !== null && bits >= 3) {
    extra = take(from, bits - 3) * 8;
    const low = symbolOf(aligned, from);
    if (low < 0) return -1;
    extra += low;
  } else extra = take(from, bits);
  const distance = (SLOT_BASE[slot] ?? 0) + extra - 2;
  lzx.recent = [distance, recent[0], recent[1]];
  return distance;
}

/** Calls of programs were written with the place they call, not the distance to it: turned back. */
function restoreCalls(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length - 10; at++) {
    if (bytes[at] !== 0xe8) continue;
    const place = view.getInt32(at + 1, true);
    if (place >= 0 && place < CALLS_SIZE) view.setInt32(at + 1, place - at, true);
    else if (place < 0 && place >= -at) view.setInt32(at + 1, place + CALLS_SIZE, true);
    at += 4;
  }
}
