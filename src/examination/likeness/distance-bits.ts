const BITS_IN_BYTE = Uint8Array.from({ length: 256 }, (_, value) => value.toString(2).replaceAll("0", "").length);

/**
 * Counts the bits in which two fingerprints differ.
 *
 * @param a 256 bits, 32 bytes.
 * @param b Same form as `a`.
 * @returns Distance in bits, 0 (same) to 256. The threshold is LIKENESS.distanceBits.
 * @throws {RangeError} When either is not 32 bytes long.
 */
export function distanceBits(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== 32 || b.length !== 32) {
    throw new RangeError(
      `Cannot compare fingerprints: both must be 32 bytes, current lengths are ${a.length} and ${b.length}`,
    );
  }
  let bits = 0;
  for (let i = 0; i < 32; i++) bits += BITS_IN_BYTE[(a[i] ?? 0) ^ (b[i] ?? 0)] ?? 0;
  return bits;
}
