import { PICTURE_LIMITS, type PictureFault, pictureFormat } from "#examination/pictures";
import { VIDEO_HEAD_BYTES, type VideoFault, videoFormat } from "#examination/videos";
import type { VideoFingerprint } from "./file-fingerprint.node.ts";
import type { Fingerprints, PictureFingerprint } from "./fingerprints.node.ts";
import { videoHashes } from "./video-hashes.node.ts";

/** Drawings of programs and documents: pictures, but never photographs; they are passed over. */
const NO_PHOTOGRAPHS: ReadonlySet<string | undefined> = new Set(["svg", "ico", "emf", "pdf"]);
const PIECE_BYTES = 1 << 20;

/** A file whose bytes somebody else gives, since only that one may read it. */
export interface GivenFile {
  sizeBytes: number;
  /** Fewer bytes than asked for where there are no more, or where they cannot be read. */
  read(offsetBytes: number, lengthBytes: number): Promise<Uint8Array>;
}

/** What a file that is neither picture nor video gives. */
export interface NoPicture {
  none: true;
}

/** First bytes by which `comparedKind` tells. */
export const COMPARED_HEAD_BYTES = VIDEO_HEAD_BYTES;

/** What a file is by its first bytes, as far as its fingerprint is taken; null: neither, or a drawing of a program or document. */
export function comparedKind(head: Uint8Array): "picture" | "video" | null {
  const format = pictureFormat(head);
  if (format === undefined || format === "video") return videoFormat(head) === null ? null : "video";
  return NO_PHOTOGRAPHS.has(format) ? null : "picture";
}

/**
 * The fingerprint of a picture or video, told by its first bytes and never by its name. A picture is read whole, a video where its
 * decoder asks. Never throws for what the file is.
 *
 * @param most Bytes of a picture; a larger one is a fault.
 * @throws What `read` throws; Fault pictures/child.
 */
export async function fingerprintGiven(
  file: GivenFile,
  fingerprints: Fingerprints,
  { most = PICTURE_LIMITS.bytes, signal }: { most?: number; signal?: AbortSignal },
): Promise<PictureFingerprint | VideoFingerprint | { fault: PictureFault | VideoFault } | NoPicture> {
  const head = await file.read(0, VIDEO_HEAD_BYTES);
  const kind = comparedKind(head);
  if (kind === null) return { none: true };
  if (kind === "video") return videoOf(file, signal);
  const format = pictureFormat(head);
  if (file.sizeBytes > most) return { fault: { code: "too-many-bytes", ...(format && { format }) } };
  return fingerprints.of(await whole(file), "exact");
}

async function videoOf(
  { sizeBytes, read }: GivenFile,
  signal: AbortSignal | undefined,
): Promise<VideoFingerprint | { fault: VideoFault }> {
  const { answer, frames } = await videoHashes({ sizeBytes, read }, { frames: "all", ...(signal && { signal }) });
  return "facts" in answer ? { video: answer.facts, frames } : answer;
}

/** All bytes up to the first that cannot be read: a broken tail costs no more than itself. */
async function whole({ sizeBytes, read }: GivenFile): Promise<Uint8Array> {
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  while (at < sizeBytes) {
    const piece = await read(at, Math.min(PIECE_BYTES, sizeBytes - at));
    bytes.set(piece.subarray(0, sizeBytes - at), at);
    at += piece.length;
    if (piece.length === 0) break;
  }
  return bytes.subarray(0, at);
}
