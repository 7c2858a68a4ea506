import type { FileStream } from "#examination/filesystems";
import type { Algorithm, Digests } from "./digests.ts";
import type { Medium } from "./medium.ts";
import { digestSource } from "./read-through.node.ts";
import { lostRanges } from "./walk-medium.ts";

/** Alternate streams without a place on the medium are read up to this. */
const EMPTY_BYTES = 64 * 1024 * 1024;

/**
 * Digests of a stream's bytes.
 *
 * @returns Null where it claims to be more than twice the medium, or is a large alternate stream of which nothing stands
 *   on the medium (NTFS: $BadClus:$Bad, as long as the volume): only zeros would be read.
 */
export function streamDigests(medium: Medium, stream: FileStream, algorithms: readonly Algorithm[]): Digests | null {
  const mediumBytes = medium.image.media.sizeBytes;
  const { sizeBytes } = stream.read;
  if (mediumBytes > 0 && sizeBytes > mediumBytes * 2) return null;
  const nowhere = stream.extents.every(({ startByte }) => startByte === null);
  if (stream.name !== null && nowhere && sizeBytes > EMPTY_BYTES) return null;
  const { digests, unread } = digestSource(stream.read, algorithms, { holes: lostRanges(stream) });
  return { digests: Object.fromEntries(digests), unread };
}
