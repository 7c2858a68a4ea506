/**
 * Unpacks Apple Data Compression.
 *
 * @param limitBytes Most bytes that are given.
 * @returns What came out, up to the first reference that points before the start.
 * @see dmg file format notes: three codes, told apart by the two highest bits
 */
export function unpackAdc(bytes: Uint8Array, limitBytes: number): Uint8Array {
  const out = new Uint8Array(limitBytes);
  let [from, to] = [0, 0];
  while (from < bytes.length && to < limitBytes) {
    const code = bytes[from] ?? 0;
    if ((code & 0x80) !== 0) {
      const length = Math.min((code & 0x7f) + 1, limitBytes - to);
      const part = bytes.subarray(from + 1, from + 1 + length);
      out.set(part, to);
      to += part.length;
      from += 1 + length;
      continue;
    }
    const long = (code & 0x40) !== 0;
    const length = long ? (code & 0x3f) + 4 : ((code >> 2) & 0x0f) + 3;
    const back = long
      ? ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0)
      : ((code & 3) << 8) | (bytes[from + 1] ?? 0);
    from += long ? 3 : 2;
    if (back + 1 > to) break;
    for (let i = 0; i < length && to < limitBytes; i++, to++) out[to] = out[to - back - 1] ?? 0;
  }
  return out.subarray(0, to);
}
