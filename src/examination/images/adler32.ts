const MODULUS = 65521;
/** A run of 255s after which both sums still stand below 2^31, so that the engine counts in whole words. */
const RUN_BYTES = 3800;

/**
 * The Adler-32 checksum, unsigned.
 *
 * @see RFC 1950 §8.2
 */
export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let from = 0; from < bytes.length; from += RUN_BYTES) {
    const to = Math.min(bytes.length, from + RUN_BYTES);
    for (let at = from; at < to; at++) {
      low = (low + (bytes[at] as number)) | 0;
      high = (high + low) | 0;
    }
    low %= MODULUS;
    high %= MODULUS;
  }
  return ((high << 16) | low) >>> 0;
}
