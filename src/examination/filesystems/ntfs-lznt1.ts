/**
 * Expands one compression unit of NTFS.
 *
 * @param bytes The unit's clusters.
 * @param into Room for the unit; what the chunks do not fill stays zero.
 * @returns Bytes of `into` that are good: all of them, or those before the first chunk that is broken.
 * @see Microsoft, [MS-XCA] 2.5 LZNT1 Algorithm Details
 */
export function expandLznt1(bytes: Uint8Array, into: Uint8Array): number {
  into.fill(0);
  let out = 0;
  for (let at = 0; at + 2 <= bytes.length && out < into.length; ) {
    const head = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
    if (head === 0) break;
    const end = at + 3 + (head & 0xfff);
    if (end > bytes.length || (head & 0x7000) !== 0x3000) return out;
    const room = into.subarray(out, out + 4096);
    if ((head & 0x8000) === 0) room.set(bytes.subarray(at + 2, Math.min(end, at + 2 + room.length)));
    else if (!expandChunk(bytes.subarray(at + 2, end), room)) return out;
    at = end;
    out += 4096;
  }
  return into.length;
}

function expandChunk(bytes: Uint8Array, into: Uint8Array): boolean {
  let at = 0;
  let out = 0;
  while (at < bytes.length && out < into.length) {
    let flags = bytes[at++] ?? 0;
    for (let i = 0; i < 8 && at < bytes.length && out < into.length; i++, flags >>= 1) {
      if ((flags & 1) === 0) {
        into[out++] = bytes[at++] ?? 0;
        continue;
      }
      if (at + 2 > bytes.length) return false;
      const pair = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
      at += 2;
      // The further into the chunk, the more bits tell the distance: at least 4, so that it always reaches back.
      let bits = 4;
      while (1 << bits < out) bits++;
      const distance = (pair >> (16 - bits)) + 1;
      const length = Math.min((pair & ((1 << (16 - bits)) - 1)) + 3, into.length - out);
      if (distance > out) return false;
      for (let k = 0; k < length; k++, out++) into[out] = into[out - distance] ?? 0;
    }
  }
  return true;
}
