import type { LzTarget } from "./lz-target.ts";
import { unpackLzma2 } from "./lzma.ts";

// .xz, as disk images hold it: one stream of blocks of LZMA2, no other filter. Checks are not compared: images have their own.

export const XZ_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const LZMA2 = 0x21;
/** By the kind of check. */
export const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/**
 * Unpacks an .xz stream.
 *
 * @param limitBytes Most bytes that are given.
 * @throws {RangeError} Where the stream is damaged, or packed with another filter.
 * @see The .xz file format 1.1.0 (2022)
 */
export function unpackXz(bytes: Uint8Array, limitBytes: number): Uint8Array {
  if (XZ_MAGIC.some((byte, i) => bytes[i] !== byte)) throw damaged("mark");
  const check = CHECK_BYTES[(bytes[7] ?? 0) & 15] ?? 0;
  const target: LzTarget = { out: new Uint8Array(limitBytes), to: 0 };
  for (let at = 12; target.to < limitBytes && (bytes[at] ?? 0) !== 0; ) {
    const { headerBytes } = blockHead(bytes, at);
    const end = unpackLzma2(bytes, at + headerBytes, target);
    at += headerBytes + ((end - at - headerBytes + 3) & ~3) + check;
  }
  return target.out.subarray(0, target.to);
}

/** The error of a stream that is damaged. */
export function damaged(what: string): RangeError {
  return new RangeError(`Cannot unpack xz: it is damaged, current part is ${what}`);
}

/** The head of a block. @throws {RangeError} Where it has another filter than LZMA2, or more than one. */
export function blockHead(bytes: Uint8Array, at: number): { headerBytes: number; dictionaryBytes: number } {
  const headerBytes = ((bytes[at] ?? 0) + 1) * 4;
  const flags = bytes[at + 1] ?? 0;
  if ((flags & 3) !== 0) throw damaged("filter");
  let place = at + 2;
  // Sizes of what is packed and unpacked, where they are told: numbers of 7 bits a byte.
  for (const told of [flags & 0x40, flags & 0x80]) {
    if (told === 0) continue;
    while (((bytes[place] ?? 0) & 0x80) !== 0) place++;
    place++;
  }
  if (bytes[place] !== LZMA2) throw damaged("filter");
  const bits = (bytes[place + 2] ?? 0) & 63;
  return { headerBytes, dictionaryBytes: bits >= 40 ? 2 ** 32 : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11) };
}
