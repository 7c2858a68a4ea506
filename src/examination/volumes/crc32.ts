const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  return crc;
});

/** The reflected CRC of ISO 3309 from a start value, without a last inversion. */
export function crcFrom(start: number, bytes: Uint8Array): number {
  let crc = start;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return crc >>> 0;
}

/** CRC-32 as UEFI uses it. */
export function crc32(bytes: Uint8Array): number {
  return (crcFrom(0xffffffff, bytes) ^ 0xffffffff) >>> 0;
}
