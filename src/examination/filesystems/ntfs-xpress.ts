import { fill, prefixCode, symbolOf, take, type WordBits, wordBits } from "./ntfs-huffman.ts";

/**
 * Expands one chunk compressed by XPRESS with Huffman codes.
 *
 * @param into Room for the chunk, at most 64 KiB: its length is what the chunk holds.
 * @returns Whether all of it could be expanded.
 * @see Microsoft, [MS-XCA] 2.2 LZ77+Huffman Decompression Algorithm Details
 */
export function expandXpress(bytes: Uint8Array, into: Uint8Array): boolean {
  if (bytes.length < 260) return false;
  const lengths = new Uint8Array(512);
  for (let i = 0; i < 256; i++) {
    lengths[2 * i] = (bytes[i] ?? 0) & 15;
    lengths[2 * i + 1] = (bytes[i] ?? 0) >> 4;
  }
  const code = prefixCode(lengths);
  if (code === null) return false;
  const from = wordBits(bytes, 256);
  let out = 0;
  while (out < into.length) {
    const symbol = symbolOf(code, from);
    if (symbol < 0) return false;
    if (symbol < 256) {
      into[out++] = symbol;
      continue;
    }
    const offsetBits = (symbol - 256) >> 4;
    let length = (symbol - 256) & 15;
    // Long lengths stand as bytes between the words, behind those a reader has made ready by then.
    fill(from);
    if (length === 15) length = longLength(from);
    const distance = take(from, offsetBits) + (1 << offsetBits);
    const end = Math.min(out + length + 3, into.length);
    if (distance > out) return false;
    for (; out < end; out++) into[out] = into[out - distance] ?? 0;
  }
  return true;
}

function longLength(from: WordBits): number {
  const { bytes } = from;
  const short = bytes[from.at++] ?? 0;
  if (short < 255) return short + 15;
  const word = (bytes[from.at] ?? 0) | ((bytes[from.at + 1] ?? 0) << 8);
  from.at += 2;
  if (word !== 0) return word;
  const long =
    (bytes[from.at] ?? 0) |
    ((bytes[from.at + 1] ?? 0) << 8) |
    ((bytes[from.at + 2] ?? 0) << 16) |
    ((bytes[from.at + 3] ?? 0) << 24);
  from.at += 4;
  return long >>> 0;
}
