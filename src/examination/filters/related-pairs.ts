/** Files of one block that are compared with each other; further ones are compared with the first of these only. */
export const LEADERS = 12;

/**
 * The pairs of files to compare because one block stands in all of these files.
 *
 * Up to 12 files: every pair. More: every pair of 12 leaders, and each other file with the first leader, so that work grows with the
 * number of files and not with its square. Leaders are those of least scrambled number: equal for all blocks of the same files,
 * and not neighbours in one folder.
 *
 * @param files Different file numbers.
 * @param emit Called with indexes into `files`.
 * @returns The files by rank; the first 12 are the leaders.
 */
export function pairUp(files: readonly number[], emit: (a: number, b: number) => void): number[] {
  const order = ranked(files);
  const leaders = Math.min(LEADERS, order.length);
  for (let i = 0; i < leaders; i++) {
    for (let j = i + 1; j < leaders; j++) emit(order[i] ?? 0, order[j] ?? 0);
  }
  for (let i = leaders; i < order.length; i++) emit(order[0] ?? 0, order[i] ?? 0);
  return order.map((index) => files[index] ?? 0);
}

function ranked(files: readonly number[]): number[] {
  const order = files.map((_, index) => index);
  if (files.length <= LEADERS) return order;
  const ranks = files.map(scrambled);
  return order.sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
}

/** A one-to-one scrambling of 32-bit numbers. @see MurmurHash3's 32-bit finalizer */
export function scrambled(file: number): number {
  let bits = file | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
