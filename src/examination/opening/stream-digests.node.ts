import type { FileStream } from "#examination/filesystems";
import type { Algorithm, Digests } from "./digests.ts";
import type { Medium } from "./medium.ts";
import { digestSource } from "./read-through.node.ts";
import { lostRanges } from "./walk-medium.ts";

/**
 * Digests of a stream's bytes.
 *
 * @returns Null where it claims to be more than twice the medium: then only a sparse or lying size is left to read.
 */
export function streamDigests(medium: Medium, stream: FileStream, algorithms: readonly Algorithm[]): Digests | null {
  const mediumBytes = medium.image.media.sizeBytes;
  if (mediumBytes > 0 && stream.read.sizeBytes > mediumBytes * 2) return null;
  const { digests, unread } = digestSource(stream.read, algorithms, { holes: lostRanges(stream) });
  return { digests: Object.fromEntries(digests), unread };
}
