import type { LzTarget } from "./lz-target.ts";
import { unpackLzma2 } from "./lzma.ts";

// .xz, as disk images hold it: one stream of blocks of LZMA2, no other filter. Checks are not compared: images have their own.

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
const LZMA2 = 0x21;
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/**
 * Unpacks an .xz stream.
 *
 * @param limitBytes Most bytes that are given.
 * @throws {RangeError} Where the stream is damaged, or packed with another filter.
 * @see The .xz file format 1.1.0 (2022)
 */
export function unpackXz(bytes: Uint8Array, limitBytes: number): Uint8Array {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw damaged("mark");
  const check = CHECK_BYTES[(bytes[7] ?? 0) & 15] ?? 0;
  const target: LzTarget = { out: new Uint8Array(limitBytes), to: 0 };
  for (let at = 12; target.to < limitBytes && (bytes[at] ?? 0) !== 0; ) {
    const headerBytes = ((bytes[at] ?? 0) + 1) * 4;
    const filter = filterAt(bytes, at);
    if (filter !== LZMA2) throw damaged("filter");
    const end = unpackLzma2(bytes, at + headerBytes, target);
    at += headerBytes + ((end - at - headerBytes + 3) & ~3) + check;
  }
  return target.out.subarray(0, target.to);
}

function damaged(what: string): RangeError {
  return new RangeError(`Cannot unpack xz: it is damaged, current part is ${what}`);
}

/** The block's filter; -1 where it has more than one. */
function filterAt(bytes: Uint8Array, at: number): number {
  const flags = bytes[at + 1] ?? 0;
  if ((flags & 3) !== 0) return -1;
  let place = at + 2;
  // Sizes of what is packed and unpacked, where they are told: numbers of 7 bits a byte.
  for (const told of [flags & 0x40, flags & 0x80]) {
    if (told === 0) continue;
    while (((bytes[place] ?? 0) & 0x80) !== 0) place++;
    place++;
  }
  return bytes[place] ?? -1;
}
