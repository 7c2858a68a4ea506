import { BLOCK_BYTES, PHASES } from "#base/hashing";

const TIB = 2 ** 40;

/** Confirmed single hits expected on a TiB of random data, looked at at one phase and at all eight. */
export interface FalseHits {
  aligned: number;
  allPhases: number;
}

/**
 * Theory of random hits: the 48 check bits of a stranger stand with chance 2^-48; or its 64-bit fingerprint is one of the
 * set's, with chance keys × 2^-64. For several parts the numbers add.
 *
 * @param keys Distinct fingerprints in the set.
 */
export function falseHitsPerTib(keys: number): FalseHits {
  const chance = 2 ** -48 + keys * 2 ** -64;
  const aligned = (TIB / BLOCK_BYTES) * chance;
  return { aligned, allPhases: PHASES * aligned };
}
