import { copyLiterals, copyMatch, type LzTarget } from "#base/unpacking";

/**
 * Unpacks one raw Snappy block.
 *
 * @param limitBytes Most bytes that are given.
 * @throws {RangeError} Where it is damaged, or says it is longer than the limit.
 * @see google/snappy, format_description.txt
 */
export function unpackSnappy(bytes: Uint8Array, limitBytes: number): Uint8Array {
  let [at, length] = [0, 0];
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    if (byte === undefined || shift > 28) throw damaged(at);
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (length > limitBytes) throw damaged(at);
  const target: LzTarget = { out: new Uint8Array(length), to: 0 };
  const word = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++) value += (bytes[at + i] ?? 0) * 2 ** (8 * i);
    at += count;
    return value;
  };
  while (at < bytes.length && target.to < length) {
    const tag = bytes[at++] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      const small = tag >> 2;
      const count = (small < 60 ? small : word(small - 59)) + 1;
      copyLiterals(target, bytes.subarray(at, at + count));
      at += count;
    } else if (kind === 1) copyMatch(target, ((tag >> 2) & 7) + 4, ((tag >> 5) << 8) | word(1));
    else copyMatch(target, (tag >> 2) + 1, word(kind === 2 ? 2 : 4));
  }
  if (target.to < length) throw damaged(at);
  return target.out;
}

function damaged(at: number): RangeError {
  return new RangeError(`Cannot unpack Snappy: it is damaged, current byte is ${at}`);
}
