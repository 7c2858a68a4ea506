import { type HmacBatch, hmacBatch } from "#base/hashing/node";
import type { ListAlgorithm } from "#examination/hashlists";
import { MASK, MASK_MOST } from "./list-section.ts";

/** What is looked up, or listed: raw digests and a size. */
export interface TaggedFile {
  digests: Partial<Record<ListAlgorithm, Uint8Array>>;
  sizeBytes: number;
}

/**
 * Tags of entries of one mask, many at once. A tag's first 32 bits stand at `2 * i`; of the word behind, the upper 24 bits are its next
 * 24 and the lower 8 mean nothing.
 */
export interface TagBatch {
  /** Files that wait for their tags. */
  readonly held: number;
  readonly full: boolean;
  add(file: TaggedFile): void;
  /** Tags of what was held, in its order; nothing is held afterwards. */
  run(): Uint32Array;
}

const ORDER = ["md5", "sha1", "sha256"] as const;
const DIGEST_BYTES: Record<ListAlgorithm, number> = { md5: 16, sha1: 20, sha256: 32 };
const LABEL = Buffer.from("list\0", "latin1");

/** What an entry's last byte does not belong to. */
export const TAG_LOW = 0xffffff00;

/** HMAC-SHA-256(release key, "list" 0 ‖ mask u8 ‖ [size u64] ‖ [MD5] ‖ [SHA-1] ‖ [SHA-256]), what the mask names in this order. */
export function tagBatch(releaseKey: Uint8Array, mask: number, capacity: number): TagBatch {
  if (!Number.isInteger(mask) || mask < 0 || mask > MASK_MOST)
    throw new RangeError(`Cannot make tags: no entry is made of this, current mask is ${mask}`);
  const used = ORDER.filter((algorithm) => (mask & MASK[algorithm]) !== 0);
  const hasSize = (mask & MASK.size) !== 0;
  const [hasMd5, hasSha1, hasSha256] = ORDER.map((algorithm) => used.includes(algorithm));
  const digestsAt = LABEL.length + 1 + (hasSize ? 8 : 0);
  const lengthBytes = used.reduce((sum, algorithm) => sum + DIGEST_BYTES[algorithm], digestsAt);
  const batch: HmacBatch = hmacBatch(releaseKey, lengthBytes, capacity);
  const { bytes, stride } = batch;
  const sizes = new DataView(bytes.buffer, bytes.byteOffset);
  for (let i = 0; i < capacity; i++) {
    bytes.set(LABEL, i * stride);
    bytes[i * stride + LABEL.length] = mask;
  }
  // Byte by byte: for so few that is faster than set(). Gives where the next begins; below 0, once one is missing.
  const put = (at: number, digest: Uint8Array | undefined, length: number): number => {
    if (at < 0 || digest?.length !== length) return -1;
    for (let i = 0; i < length; i++) bytes[at + i] = digest[i] as number;
    return at + length;
  };
  let held = 0;
  return {
    get held() {
      return held;
    },
    get full() {
      return held === capacity;
    },
    add({ digests, sizeBytes }) {
      if (held === capacity) throw new RangeError(`Cannot tag a file: the batch is full, current length is ${held}`);
      const from = held * stride;
      if (hasSize) {
        sizes.setUint32(from + LABEL.length + 1, sizeBytes % 2 ** 32, true);
        sizes.setUint32(from + LABEL.length + 5, Math.floor(sizeBytes / 2 ** 32), true);
      }
      let at = from + digestsAt;
      if (hasMd5) at = put(at, digests.md5, DIGEST_BYTES.md5);
      if (hasSha1) at = put(at, digests.sha1, DIGEST_BYTES.sha1);
      if (hasSha256) at = put(at, digests.sha256, DIGEST_BYTES.sha256);
      if (at < 0) throw new RangeError(`Cannot tag a file: a digest is missing, current mask is ${mask}`);
      held++;
    },
    run() {
      batch.run(held);
      held = 0;
      return batch.tags;
    },
  };
}
