/** Words by which the second pass reads its key further on: one whole group of four pairs. */
const PASS_SHIFT_WORDS = 8;
/** Pairs whose exact sums still fit a double: 32 products of 32 × 16 bits stay below 2^53. */
const EXACT_WORDS = 64;

/**
 * NH in two Toeplitz passes: in each group of eight words, word i is paired with word i + 4.
 *
 * @param words Little-endian 32-bit words, a multiple of 8.
 * @param key As many words and 8 more.
 * @returns The 64-bit sums of pass 1 and pass 2.
 * @throws {RangeError} When the key is not 8 words longer than the message.
 * @see Black, Halevi, Krawczyk, Krovetz, Rogaway: UMAC, Crypto '99, §4; the order of pairs: docs/design/0002-fingerprint.md
 */
export function nh(words: Uint32Array, key: Uint32Array): [bigint, bigint] {
  if (words.length % 8 !== 0 || key.length !== words.length + PASS_SHIFT_WORDS) {
    throw new RangeError(
      `Cannot hash: the key must be 8 words longer than whole groups of 8, current lengths are ${key.length} and ${words.length}`,
    );
  }
  return [nhPass(words, key, 0), nhPass(words, key, PASS_SHIFT_WORDS)];
}

function nhPass(words: Uint32Array, key: Uint32Array, shift: number): bigint {
  let sum = 0n;
  for (let from = 0; from < words.length; from += EXACT_WORDS) {
    let low = 0; // a × (lower 16 bits of b)
    let high = 0; // a × (upper 16 bits of b)
    for (let group = from; group < Math.min(from + EXACT_WORDS, words.length); group += 8) {
      for (let i = group; i < group + 4; i++) {
        const a = ((words[i] ?? 0) + (key[i + shift] ?? 0)) >>> 0;
        const b = ((words[i + 4] ?? 0) + (key[i + 4 + shift] ?? 0)) >>> 0;
        low += a * (b & 0xffff);
        high += a * (b >>> 16);
      }
    }
    sum += BigInt(low) + (BigInt(high) << 16n);
  }
  return BigInt.asUintN(64, sum);
}
