/** A canonical prefix code whose codes are read from the high bit. */
export interface PrefixCode {
  /** By the next FAST_BITS bits: symbol * 16 + length; 0 where the code is longer. */
  fast: Uint16Array;
  /** By length: the first code, how many there are, and where their symbols begin. */
  firstCode: Uint32Array;
  counts: Uint16Array;
  symbolAt: Uint16Array;
  symbols: Uint16Array;
}

const FAST_BITS = 10;
const LONGEST = 16;

/**
 * The code of a list of lengths, one for each symbol (0: not used).
 *
 * @returns null where the lengths are of no prefix code. One that leaves codes unused is taken: reading those fails.
 */
export function prefixCode(lengths: Uint8Array): PrefixCode | null {
  const counts = new Uint16Array(LONGEST + 1);
  for (const length of lengths) if (length > 0) counts[length] = (counts[length] ?? 0) + 1;
  const firstCode = new Uint32Array(LONGEST + 1);
  const symbolAt = new Uint16Array(LONGEST + 2);
  let code = 0;
  for (let length = 1; length <= LONGEST; length++) {
    code <<= 1;
    firstCode[length] = code;
    code += counts[length] ?? 0;
    if (code > 1 << length) return null;
    symbolAt[length + 1] = (symbolAt[length] ?? 0) + (counts[length] ?? 0);
  }
  const symbols = new Uint16Array(lengths.length);
  const next = symbolAt.slice();
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const place = next[length] ?? 0;
    symbols[place] = symbol;
    next[length] = place + 1;
  });
  const fast = fastTable({ firstCode, counts, symbolAt, symbols });
  return { fast, firstCode, counts, symbolAt, symbols };
}

function fastTable(code: Omit<PrefixCode, "fast">): Uint16Array {
  const fast = new Uint16Array(1 << FAST_BITS);
  for (let length = 1; length <= FAST_BITS; length++) {
    const span = 1 << (FAST_BITS - length);
    for (let i = 0; i < (code.counts[length] ?? 0); i++) {
      const symbol = code.symbols[(code.symbolAt[length] ?? 0) + i] ?? 0;
      const from = ((code.firstCode[length] ?? 0) + i) * span;
      fast.fill(symbol * 16 + length, from, from + span);
    }
  }
  return fast;
}

/** Reads bits from 16-bit little-endian words, high bit first; beyond the end come zeros,. */
export interface WordBits {
  bytes: Uint8Array;
  at: number;
  bits: number;
  have: number;
}

export function wordBits(bytes: Uint8Array, at: number): WordBits {
  return { bytes, at, bits: 0, have: 0 };
}

/** Makes at least 16 bits ready. */
export function fill(from: WordBits): void {
  if (from.have >= 16) return;
  const word = (from.bytes[from.at] ?? 0) | ((from.bytes[from.at + 1] ?? 0) << 8);
  from.at += 2;
  from.bits |= word << (16 - from.have);
  from.have += 16;
}

/** The next `count` bits, 0 to 16. */
export function take(from: WordBits, count: number): number {
  if (count === 0) return 0;
  fill(from);
  const value = from.bits >>> (32 - count);
  from.bits <<= count;
  from.have -= count;
  return value;
}

/** The next symbol; -1 where no code stands there or the bytes have long ended. */
export function symbolOf(code: PrefixCode, from: WordBits): number {
  fill(from);
  if (from.at > from.bytes.length + 4) return -1;
  const quick = code.fast[from.bits >>> (32 - FAST_BITS)] ?? 0;
  if (quick !== 0) {
    from.bits <<= quick & 15;
    from.have -= quick & 15;
    return quick >> 4;
  }
  for (let length = FAST_BITS + 1; length <= LONGEST; length++) {
    const index = (from.bits >>> (32 - length)) - (code.firstCode[length] ?? 0);
    if (index < 0 || index >= (code.counts[length] ?? 0)) continue;
    from.bits <<= length;
    from.have -= length;
    return code.symbols[(code.symbolAt[length] ?? 0) + index] ?? -1;
  }
  return -1;
}
