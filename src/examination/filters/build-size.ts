import { filtersFault } from "./faults.ts";
import { largestSet } from "./fuse-shape.ts";

/**
 * Refuses a list that is too large for one set, with a --max-blocks-per-file that would do.
 *
 * @param total Distinct fingerprints.
 * @param kept Of each file, how many are listed.
 * @throws {Fault} filter/too-many-blocks.
 */
export function refuseTooMany(total: number, kept: Uint32Array, largest = largestSet()): void {
  if (total <= largest) return;
  const values = { keys: total, largest, limit: String(limitFor(kept, largest)) };
  throw filtersFault("filter/too-many-blocks", `${total} blocks are too many for one filter`, { values });
}

/** The largest limit, in whole runs of 16, with which no more than `largest` blocks are left; at least 64. */
function limitFor(kept: Uint32Array, largest: number): number {
  const withLimit = (limit: number): number => kept.reduce((sum, count) => sum + Math.min(count, limit), 0);
  let low = 4;
  let high = 2 ** 20;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (withLimit(middle * 16) <= largest) low = middle;
    else high = middle - 1;
  }
  return low * 16;
}
