/**
 * The exact 95 % interval of a rate (Clopper and Pearson, Biometrika 26, 1934), by bisection on the binomial distribution.
 *
 * @returns Lower and upper bound, 0 to 1.
 */
export function interval95(hits: number, trials: number): [number, number] {
  if (trials === 0) return [0, 1];
  const lower = hits === 0 ? 0 : bisect((rate) => 1 - atMost(hits - 1, trials, rate) < 0.025);
  const upper = hits === trials ? 1 : bisect((rate) => atMost(hits, trials, rate) > 0.025);
  return [lower, upper];
}

/** The largest rate for which `holds`, which holds from 0 up to some rate. */
function bisect(holds: (rate: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return high;
}

/** Probability of at most `hits` of `trials` at this rate. */
function atMost(hits: number, trials: number, rate: number): number {
  let term = trials * Math.log1p(-rate);
  let sum = Math.exp(term);
  for (let k = 1; k <= hits; k++) {
    term += Math.log((trials - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}
