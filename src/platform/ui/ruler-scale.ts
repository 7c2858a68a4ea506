const LOWEST_BYTES = 1e3;
const HIGHEST_BYTES = 1e9;

/** Where the ruler carries a number, in bytes: 1 kB, 100 kB, 10 MB, 1 GB. */
export const RULER_MARKS_BYTES = [1e3, 1e5, 1e7, 1e9] as const;

/**
 * The part of the ruler that could still be unseen, on a logarithmic scale from 1 kB to 1 GB.
 *
 * @param boundBytes null: nothing is bounded, the whole ruler.
 * @returns 0 to 1.
 */
export function rulerFraction(boundBytes: number | null): number {
  if (boundBytes === null) return 1;
  if (boundBytes <= LOWEST_BYTES) return 0;
  const fraction = Math.log(boundBytes / LOWEST_BYTES) / Math.log(HIGHEST_BYTES / LOWEST_BYTES);
  return Math.min(1, fraction);
}
