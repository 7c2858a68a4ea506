/**
 * Sorts fingerprints in unsigned 64-bit order, in place, and drops repetitions.
 *
 * @returns A view on the distinct ones, at the front of the given array.
 */
export function distinctFingerprints(fingerprints: BigUint64Array): BigUint64Array {
  fingerprints.sort();
  let kept = 0;
  for (let i = 0; i < fingerprints.length; i++) {
    const fingerprint = fingerprints[i] ?? 0n;
    if (kept === 0 || fingerprint !== fingerprints[kept - 1]) fingerprints[kept++] = fingerprint;
  }
  return fingerprints.subarray(0, kept);
}
