/** UTF-8 of UTF-16 code units; a lone surrogate becomes its three bytes (WTF-8), so no two names become one. */
export function utf8OfUtf16(units: ArrayLike<number>): Uint8Array {
  const bytes: number[] = [];
  for (let i = 0; i < units.length; i++) {
    const unit = units[i] ?? 0;
    const next = units[i + 1] ?? 0;
    if (isHigh(unit) && i + 1 < units.length && isLow(next)) {
      const point = 0x10000 + (unit - 0xd800) * 0x400 + (next - 0xdc00);
      bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
      i++;
    } else if (unit < 0x80) bytes.push(unit);
    else if (unit < 0x800) bytes.push(0xc0 | (unit >> 6), 0x80 | (unit & 63));
    else bytes.push(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 63), 0x80 | (unit & 63));
  }
  return Uint8Array.from(bytes);
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
