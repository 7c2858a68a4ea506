import type { OpenImage } from "#examination/images";
import { digestThread } from "./digest-thread.node.ts";
import type { Algorithm, UnreadRange } from "./digests.ts";
import type { EvidenceMedium } from "./evidence-medium.node.ts";
import { readPieces } from "./read-pieces.node.ts";
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

/** Of bytes known to be missing: beyond this they are not digested as zeros. An image of 20 kB may say it has 70 TB. */
const MISSING_LIMIT_BYTES = 64 * 2 ** 30;
const UNPACKED = new Set<OpenImage["format"]>(["raw", "vhd", "vhdx", "vdi"]);

/** How a verification is run. */
export interface Verifying {
  signal: AbortSignal;
  /** Bytes read so far. */
  progress?: (bytes: number) => void;
}

/** What is known of an image before its media are read. */
export type ImageFacts = Pick<OpenImage, "format" | "acquisition" | "unread" | "problems"> & { sizeBytes: number };

/** As verifyMedia, in limited children. */
export async function verifyEvidence(
  medium: EvidenceMedium,
  image: ImageFacts,
  { signal, progress }: Verifying,
): Promise<MediaVerification & { broken: UnreadRange[] }> {
  const missing = isMostlyMissing(image);
  const thread = digestThread(missing ? [] : wantedDigests(image));
  const reading = readPieces({
    ...{ medium, signal, sizeBytes: image.sizeBytes, packed: !UNPACKED.has(image.format), skipHoles: missing },
    onBytes: (piece) => thread.update(piece),
    progress: (bytes) => progress?.(bytes),
  });
  const { unread, problems, broken } = await reading.catch(async (error: unknown) => {
    await thread.stop();
    throw error;
  });
  const digests = await thread.end();
  await thread.stop();
  const known = new Set(image.problems.map((problem) => JSON.stringify(problem)));
  image.problems.push(...distinct(problems).filter((problem) => !known.has(JSON.stringify(problem))));
  return { ...verdictOf(image, { digests, unread }), broken };
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

/**
 * Reads all of an image's media and compares its digests with the stored ones; SHA-256 is computed besides. Where more than
 * 64 GiB are known to be missing, only the rest is read and there is no digest.
 *
 * @param progress Bytes read so far.
 */
export function verifyMedia(
  image: OpenImage,
  how: { signal?: AbortSignal; progress?: (bytes: number) => void } = {},
): MediaVerification {
  const missing = isMostlyMissing(image);
  const result = digestSource(image.media, missing ? [] : wantedDigests(image), {
    holes: image.unread,
    ...(missing ? { skipHoles: true } : {}),
    ofMedia: true,
    ...(how.signal === undefined ? {} : { signal: how.signal }),
    onPiece: (piece, offsetBytes) => how.progress?.(offsetBytes + piece.length),
  });
  return verdictOf(image, result);
}

/** Then only what is there is read, and no digest is told. */
function isMostlyMissing({ unread }: Pick<OpenImage, "unread">): boolean {
  return unread.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0) > MISSING_LIMIT_BYTES;
}

function wantedDigests({ acquisition }: Pick<OpenImage, "acquisition">): Algorithm[] {
  return [...new Set<Algorithm>([...acquisition.hashes.map(({ algorithm }) => algorithm), "md5", "sha256"])];
}

function verdictOf(
  { acquisition }: Pick<OpenImage, "acquisition">,
  { digests, unread }: { digests: Map<Algorithm, string>; unread: UnreadRange[] },
): MediaVerification {
  const stored = new Map(acquisition.hashes.map(({ algorithm, digest }) => [algorithm, digest]));
  const verdicts = [...digests].map(([algorithm, computed]) => ({
    algorithm,
    computed,
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
