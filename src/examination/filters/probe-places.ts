import { BLOCK_BYTES } from "#base/hashing";

/**
 * The fixed places at which every file of a folder is probed first, and which the builder keeps listed.
 *
 * With n whole blocks and h the largest power of two below n, the places are blocks h/4, h/2 and h. Powers of two, not quarters
 * of the size: a copy with its end cut off or with bytes appended is probed where its original is listed. From five blocks
 * on, the first block is not among them: it is mostly container header.
 *
 * @param sizeBytes Size of the file, 0 or more.
 * @returns Ascending offsets of whole blocks, multiples of 4096: none below 4096 bytes, then one, two, and three from three blocks on.
 */
export function probeOffsets(sizeBytes: number): number[] {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new RangeError(
      `Cannot place probes: the size must be a whole number of bytes, current value is ${sizeBytes}`,
    );
  }
  const blocks = Math.floor(sizeBytes / BLOCK_BYTES);
  if (blocks <= 3) return Array.from({ length: blocks }, (_, block) => block * BLOCK_BYTES);
  let high = 2;
  while (high * 2 < blocks) high *= 2;
  return [Math.floor(high / 4), high / 2, high].map((block) => block * BLOCK_BYTES);
}
