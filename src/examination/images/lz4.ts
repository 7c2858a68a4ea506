import { copyLiterals, copyMatch, type LzTarget } from "#base/unpacking";

/**
 * Unpacks one LZ4 block (no frame).
 *
 * @param limitBytes Most bytes that are given.
 * @throws {RangeError} Where it is damaged.
 * @see lz4, lz4_Block_format.md
 */
export function unpackLz4(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const target: LzTarget = { out: new Uint8Array(limitBytes), to: 0 };
  let at = 0;
  const more = (small: number): number => {
    let length = small;
    for (let byte = small === 15 ? 255 : 0; byte === 255; length += byte) {
      byte = bytes[at++] ?? 0;
      if (at > bytes.length) throw new RangeError(`Cannot unpack LZ4: it ends early, current byte is ${at}`);
    }
    return length;
  };
  while (at < bytes.length && target.to < limitBytes) {
    const token = bytes[at++] ?? 0;
    const literals = more(token >> 4);
    copyLiterals(target, bytes.subarray(at, at + literals));
    at += literals;
    if (at >= bytes.length) break;
    const distance = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    at += 2;
    copyMatch(target, more(token & 15) + 4, distance);
  }
  return target.out.subarray(0, target.to);
}
