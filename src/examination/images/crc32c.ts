const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let word = byte;
  for (let bit = 0; bit < 8; bit++) word = (word & 1) === 1 ? (word >>> 1) ^ 0x82f63b78 : word >>> 1;
  return word >>> 0;
});

/**
 * CRC-32C (Castagnoli) of the bytes, those of [hole, hole + 4) counted as 0.
 *
 * @see RFC 3720 B.4
 */
export function crc32c(bytes: Uint8Array, hole: number): number {
  let sum = 0xffffffff;
  for (let at = 0; at < bytes.length; at++) {
    const byte = at >= hole && at < hole + 4 ? 0 : (bytes[at] ?? 0);
    sum = (TABLE[(sum ^ byte) & 0xff] ?? 0) ^ (sum >>> 8);
  }
  return ~sum >>> 0;
}
