/**
 * How long the unseen stretches of a source are. From it follows exactly how probable it is that material at a random place
 * was not met. Lengths are in *start cells*: 4 KiB of places at which a block may begin. Formulas: docs/design/0007.
 */
export interface GapProfile {
  /** Start cells of the source. */
  readonly cells: number;
  /** Distinct gap lengths, descending; for each: how many gaps are at least so long, and their cells together. */
  readonly lengths: Float64Array;
  readonly counts: Float64Array;
  readonly sums: Float64Array;
}

/**
 * Gathers a profile.
 *
 * @param gaps Length of a gap in cells → how many such gaps there are; lengths of 0 are ignored.
 */
export function gapProfile(gaps: ReadonlyMap<number, number>, cells: number): GapProfile {
  const lengths = Float64Array.from(gaps.keys())
    .filter((length) => length > 0)
    .sort()
    .reverse();
  const counts = new Float64Array(lengths.length);
  const sums = new Float64Array(lengths.length);
  let [count, sum] = [0, 0];
  for (const [i, length] of lengths.entries()) {
    const times = gaps.get(length) ?? 0;
    counts[i] = count += times;
    sums[i] = sum += times * length;
  }
  return { cells, lengths, counts, sums };
}

/** Places at which an extent of `extentCells` blocks would not be met; exact. */
function missedPlaces({ lengths, counts, sums }: GapProfile, extentCells: number): number {
  let [low, high] = [0, lengths.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lengths[middle] ?? 0) < extentCells) high = middle;
    else low = middle + 1;
  }
  return low === 0 ? 0 : (sums[low - 1] ?? 0) - (extentCells - 1) * (counts[low - 1] ?? 0);
}

/** Room for rounding: every probability is raised by this share, far more than double arithmetic can lose here. */
const ROUNDING = 1e-9;

/** An amount of material as a number of equal extents and one shorter rest, each at a random place of its own. */
export interface Shape {
  extents: number;
  extentCells: number;
  restCells: number;
}

/** Splits an amount into extents of `extentCells` blocks each. */
export function shapeOf(amountCells: number, extentCells: number): Shape {
  const extents = Math.floor(amountCells / extentCells);
  return { extents, extentCells, restCells: amountCells - extents * extentCells };
}

/** Probability that no block of a shape was met; never too low. 0 where the shape has no room on the source. */
export function missed(profile: GapProfile, { extents, extentCells, restCells }: Shape): number {
  const whole = extents === 0 ? 0 : extents * logMissed(profile, extentCells);
  const rest = restCells === 0 ? 0 : logMissed(profile, restCells);
  return Math.min(1, Math.exp(whole + rest) * (1 + ROUNDING));
}

function logMissed(profile: GapProfile, extentCells: number): number {
  const places = profile.cells - extentCells + 1;
  if (places <= 0) return Number.NEGATIVE_INFINITY;
  const met = places - missedPlaces(profile, extentCells);
  return met >= places ? Number.NEGATIVE_INFINITY : Math.log1p(-(met / places) * (1 - Number.EPSILON));
}
