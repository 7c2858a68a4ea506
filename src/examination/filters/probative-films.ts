import { bigEndian, letters, littleEndian, startsWith } from "./header-bytes.ts";

/** ISO base media (MP4, MOV, HEIF): behind the header of the first `mdat`. @see ISO/IEC 14496-12 §4.2 */
export function boxContentAt(head: Uint8Array): number {
  let at = 0;
  while (at + 8 <= head.length) {
    const short = bigEndian(head, at, 4);
    const size = short === 1 ? bigEndian(head, at + 10, 6) : short;
    const header = short === 1 ? 16 : 8;
    if (letters(head, at + 4, 4) === "mdat") return at + header;
    if (size < header) return at;
    at += size;
  }
  return at;
}

/** Matroska, WebM: the first Cluster. @see RFC 8794 §4 to §6, RFC 9559 §5 */
export function ebmlContentAt(head: Uint8Array): number {
  let at = 0;
  while (at + 12 <= head.length) {
    if (startsWith(head, [0x1f, 0x43, 0xb6, 0x75], at)) return at;
    const idBytes = numberBytes(head[at] ?? 0);
    const sizeBytes = numberBytes(head[at + idBytes] ?? 0);
    if (idBytes > 4 || sizeBytes > 8) return at;
    const segment = startsWith(head, [0x18, 0x53, 0x80, 0x67], at);
    at += idBytes + sizeBytes + (segment ? 0 : elementSize(head, at + idBytes, sizeBytes));
  }
  return at;
}

/** Bytes of a variable-length number that begins with this byte; 9 where it is none. */
function numberBytes(first: number): number {
  return first === 0 ? 9 : Math.clz32(first) - 23;
}

function elementSize(head: Uint8Array, at: number, length: number): number {
  const first = (head[at] ?? 0) & (0xff >> length);
  let size = first;
  for (let i = 1; i < length; i++) size = size * 256 + (head[at + i] ?? 0);
  return size;
}

/** Ogg: the first page with a position in time; header pages have none. @see RFC 3533 §6 */
export function oggContentAt(head: Uint8Array): number {
  let at = 0;
  while (at + 27 <= head.length && letters(head, at, 4) === "OggS") {
    const position = head.subarray(at + 6, at + 14);
    if (!position.every((byte) => byte === 0) && !position.every((byte) => byte === 0xff)) return at;
    const segments = head[at + 26] ?? 0;
    at += 27 + segments + head.subarray(at + 27, at + 27 + segments).reduce((sum, byte) => sum + byte, 0);
  }
  return at;
}

/** FLAC: behind the last metadata block. @see RFC 9639 §8 */
export function flacContentAt(head: Uint8Array): number {
  let at = 4;
  while (at + 4 <= head.length) {
    const last = ((head[at] ?? 0) & 0x80) !== 0;
    at += 4 + bigEndian(head, at + 1, 3);
    if (last) break;
  }
  return at;
}

/** Sound behind an ID3v2 tag. @see ID3v2.4.0 structure §3.1 */
export function id3ContentAt(head: Uint8Array): number {
  let size = 0;
  for (let i = 6; i < 10; i++) size = size * 128 + ((head[i] ?? 0) & 0x7f);
  return 10 + size;
}

/** ASF (WMV, WMA): behind the header object and the head of the data object. */
export function asfContentAt(head: Uint8Array): number {
  return littleEndian(head, 16, 6) + 50;
}
