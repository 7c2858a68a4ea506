/** Codes of at most so many bits are looked up at once. */
export const FAST_BITS = 9;

/** Symbols by their code. @see ITU-T T.81, annex C */
export interface JpegCodes {
  /** Codes by their length, from 1. */
  counts: Uint8Array;
  symbols: Uint8Array;
  /** By the next FAST_BITS bits: length × 256 + symbol; 0 for longer codes. */
  fast: Uint16Array;
}

/** Adds the tables of one segment, by class × 16 + number. */
export function readCodes(part: Uint8Array, tables: Map<number, JpegCodes>): void {
  for (let at = 0; at + 17 <= part.length; ) {
    const counts = part.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const symbols = part.subarray(at + 17, at + 17 + total);
    tables.set(part[at] ?? 0, { counts, symbols, fast: fastCodes(counts, symbols) });
    at += 17 + total;
  }
}

function fastCodes(counts: Uint8Array, symbols: Uint8Array): Uint16Array {
  const fast = new Uint16Array(1 << FAST_BITS);
  let [code, index] = [0, 0];
  for (let length = 1; length <= FAST_BITS; length++) {
    for (let i = counts[length - 1] ?? 0; i > 0 && index < symbols.length; i--) {
      const from = code++ << (FAST_BITS - length);
      fast.fill(length * 256 + (symbols[index++] ?? 0), from, from + (1 << (FAST_BITS - length)));
    }
    code <<= 1;
  }
  return fast;
}
