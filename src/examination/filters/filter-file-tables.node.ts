import type { ListedFile } from "./filter-draft.ts";
import { digestTag, sizeTag } from "./filter-file-keys.node.ts";
import { DIGEST_TAG_BYTES } from "./filter-file-payload.ts";
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from "./filter-header.ts";
import { distinctFingerprints } from "./fuse-distinct.ts";

/** Keyed tables of whole files, as they stand in the payload. */
export interface FileTables {
  /** u64, ascending, distinct. */
  sizes: BigUint64Array;
  /** 16-byte tags, ascending, distinct. */
  digests: Record<DigestAlgorithm, Uint8Array>;
}

const DIGEST_BYTES: Record<DigestAlgorithm, number> = { sha256: 32, sha1: 20, md5: 16 };

/**
 * Makes the keyed tables. Each is sorted by its own tags, so that no size stands beside a digest.
 *
 * @throws {RangeError} When a digest has not its algorithm's length.
 */
export function makeTables(files: Iterable<ListedFile>, releaseKey: Uint8Array): FileTables {
  const sizes = new Set<bigint>();
  const tags: Record<DigestAlgorithm, Buffer[]> = { sha256: [], sha1: [], md5: [] };
  for (const file of files) {
    sizes.add(sizeTag(releaseKey, file.sizeBytes));
    for (const algorithm of DIGEST_ALGORITHMS) {
      const digest = file[algorithm];
      if (digest === undefined) continue;
      if (digest.length !== DIGEST_BYTES[algorithm]) {
        throw new RangeError(
          `Cannot list a file: ${algorithm} has ${DIGEST_BYTES[algorithm]} bytes, current length is ${digest.length}`,
        );
      }
      tags[algorithm].push(digestTag(releaseKey, { algorithm, sizeBytes: file.sizeBytes }, digest));
    }
  }
  const digests = { sha256: joined(tags.sha256), sha1: joined(tags.sha1), md5: joined(tags.md5) };
  return { sizes: distinctFingerprints(BigUint64Array.from(sizes)), digests };
}

/** Whether a sorted table of 16-byte tags holds a tag. */
export function hasTag(table: Uint8Array, tag: Uint8Array): boolean {
  let low = 0;
  let high = table.length / DIGEST_TAG_BYTES;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = Buffer.compare(table.subarray(middle * DIGEST_TAG_BYTES, (middle + 1) * DIGEST_TAG_BYTES), tag);
    if (order === 0) return true;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return false;
}

/** Whether a sorted table of sizes holds one. */
export function hasSize(table: BigUint64Array, size: bigint): boolean {
  let low = 0;
  let high = table.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const held = table[middle] ?? 0n;
    if (held === size) return true;
    if (held < size) low = middle + 1;
    else high = middle;
  }
  return false;
}

function joined(tags: Buffer[]): Uint8Array {
  tags.sort(Buffer.compare);
  return Buffer.concat(tags.filter((tag, i) => i === 0 || !tag.equals(tags[i - 1] ?? tag)));
}
