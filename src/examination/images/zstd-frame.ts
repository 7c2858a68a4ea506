/**
 * Length of the Zstandard frame that begins the bytes; 0 where none does. QEMU pads a frame up to a sector with what stood
 * there before, and a decoder takes that for another frame.
 *
 * @see RFC 8878 §3.1.1
 */
export function zstdFrameBytes(bytes: Uint8Array): number {
  const word = (at: number, count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) value += (bytes[at + i] ?? 0) * 2 ** (8 * i);
    return value;
  };
  if (word(0, 4) !== 0xfd2fb528) return 0;
  const flags = bytes[4] ?? 0;
  const single = (flags & 0x20) !== 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  let at = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
  for (let last = false; !last && at < bytes.length; ) {
    const block = word(at, 3);
    last = (block & 1) === 1;
    const repeated = ((block >> 1) & 3) === 1;
    at += 3 + (repeated ? 1 : block >> 3);
  }
  return at + ((flags & 4) !== 0 ? 4 : 0);
}
