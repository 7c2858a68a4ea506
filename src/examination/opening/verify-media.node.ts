import type { OpenImage } from "#examination/images";
import type { Algorithm, UnreadRange } from "./digests.ts";
import { digestSource } from "./read-through.node.ts";

/** One digest of the media as it is, and as the acquisition stored it. */
interface DigestVerdict {
  algorithm: Algorithm;
  computed: string;
  stored: string | null;
}

/** What reading all of a medium showed. */
export interface MediaVerification {
  /** "incomplete": not all could be read, so no digest of the whole can agree. */
  outcome: "verified" | "mismatch" | "incomplete" | "nothing-stored";
  digests: DigestVerdict[];
  unread: UnreadRange[];
}

/**
 * Reads all of an image's media and compares its digests with the stored ones; SHA-256 is computed besides.
 *
 * @param progress Bytes read so far.
 */
export function verifyMedia(
  image: OpenImage,
  how: { signal?: AbortSignal; progress?: (bytes: number) => void } = {},
): MediaVerification {
  const stored = new Map(image.acquisition.hashes.map(({ algorithm, digest }) => [algorithm, digest]));
  const algorithms: Algorithm[] = [...new Set<Algorithm>([...stored.keys(), "md5", "sha256"])];
  const { digests, unread } = digestSource(image.media, algorithms, {
    holes: image.unread,
    ofMedia: true,
    ...(how.signal === undefined ? {} : { signal: how.signal }),
    onPiece: (piece, offsetBytes) => how.progress?.(offsetBytes + piece.length),
  });
  const verdicts = algorithms.map((algorithm) => ({
    algorithm,
    computed: digests.get(algorithm) ?? "",
    stored: stored.get(algorithm) ?? null,
  }));
  return { outcome: outcomeOf(verdicts, unread), digests: verdicts, unread };
}

function outcomeOf(verdicts: readonly DigestVerdict[], unread: readonly UnreadRange[]): MediaVerification["outcome"] {
  if (unread.length > 0) return "incomplete";
  const compared = verdicts.filter(({ stored }) => stored !== null);
  if (compared.length === 0) return "nothing-stored";
  return compared.every(({ computed, stored }) => computed === stored) ? "verified" : "mismatch";
}
