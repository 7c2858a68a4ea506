const DIGIT_BITS = 11;
const DIGITS = 1 << DIGIT_BITS;

/**
 * The order of fixed-width records of u32 words, by several columns, all unsigned. Stable; linear in time.
 *
 * @param words Records one after another.
 * @param width Words a record.
 * @param columns The least significant column first.
 * @returns Record numbers in ascending order.
 */
export function radixOrder(words: Uint32Array, width: number, columns: readonly number[]): Uint32Array {
  const count = Math.floor(words.length / width);
  let order = Uint32Array.from({ length: count }, (_, i) => i);
  let next = new Uint32Array(count);
  const starts = new Uint32Array(DIGITS);
  for (const column of columns) {
    for (let shift = 0; shift < 32; shift += DIGIT_BITS) {
      if (!countDigits(words, { width, column, shift }, starts)) continue;
      for (let i = 0; i < count; i++) {
        const record = order[i] ?? 0;
        const digit = ((words[record * width + column] ?? 0) >>> shift) & (DIGITS - 1);
        const place = starts[digit] ?? 0;
        next[place] = record;
        starts[digit] = place + 1;
      }
      [order, next] = [next, order];
    }
  }
  return order;
}

/** Fills `starts` with the first place of each digit; false where all records have the same digit: then nothing is to sort. */
function countDigits(
  words: Uint32Array,
  { width, column, shift }: { width: number; column: number; shift: number },
  starts: Uint32Array,
): boolean {
  starts.fill(0);
  let count = 0;
  for (let at = column; at < words.length; at += width) {
    const digit = ((words[at] ?? 0) >>> shift) & (DIGITS - 1);
    starts[digit] = (starts[digit] ?? 0) + 1;
    count++;
  }
  let sum = 0;
  for (let digit = 0; digit < DIGITS; digit++) {
    const here = starts[digit] ?? 0;
    if (here === count) return false;
    starts[digit] = sum;
    sum += here;
  }
  return count > 1;
}
