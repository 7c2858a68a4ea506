import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { toHex } from "#base/values";
import type { Language } from "#base/words";
import { type PictureFault, pictureFaultText } from "#examination/pictures";
import type { VideoFacts, VideoFault } from "#examination/videos";
import type { Fingerprints, FingerprintWay, PictureFingerprint } from "./fingerprints.node.ts";
import { hashOf, TRANSFORMS } from "./pdq-bits.ts";
import type { RobustParts } from "./robust-compare.ts";
import { videoHashes } from "./video-hashes.node.ts";
import { type FrameHash, sceneStarts } from "./video-likeness.ts";
import { sayLikeness } from "./words.ts";

/** One file of a command: its fingerprint, or why it has none. */
export interface FileFingerprint {
  /** As the caller named it. */
  file: string;
  found: PictureFingerprint | VideoFingerprint | { fault: PictureFault | FileFault | VideoFault };
}

/** A video's frames, and what it is. */
export interface VideoFingerprint {
  video: VideoFacts;
  frames: FrameHash[];
}

/** The file itself cannot be had. */
export interface FileFault {
  code: "missing" | "not-a-file" | "not-readable";
}

/** Where a file is and how it is called. */
export interface NamedFile {
  file: string;
  /** Text, or the system's bytes. */
  path: string | Buffer;
  /** Ends a video early, which takes minutes. */
  signal?: AbortSignal | undefined;
}

/** The fingerprint of a file; never throws for what the file is. */
export async function fingerprintFile(
  { file, path, signal }: NamedFile,
  fingerprints: Fingerprints,
  way: FingerprintWay,
): Promise<FileFingerprint> {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return { file, found: { fault: { code: missing ? "missing" : "not-readable" } } };
  }
  try {
    if (!fstatSync(fd).isFile()) return { file, found: { fault: { code: "not-a-file" } } };
    const found = await fingerprints.of(fd, way);
    const isVideo = "fault" in found && (found.fault.format === "video" || found.fault.code === "unknown");
    return { file, found: isVideo ? await videoOf(fd, found, signal) : found };
  } catch (error) {
    if (!(error instanceof Error && "errno" in error)) throw error;
    return { file, found: { fault: { code: "not-readable" } } };
  } finally {
    closeSync(fd);
  }
}

/** Its frames where it is a video; what was found before where it is none. */
async function videoOf(
  fd: number,
  before: { fault: PictureFault },
  signal?: AbortSignal,
): Promise<FileFingerprint["found"]> {
  const sizeBytes = fstatSync(fd).size;
  const readAt = (view: Uint8Array, offsetBytes: number): number => readSync(fd, view, 0, view.length, offsetBytes);
  const { answer, frames } = await videoHashes(
    { sizeBytes, readSync: readAt },
    { frames: "all", ...(signal && { signal }) },
  );
  if ("facts" in answer) return { video: answer.facts, frames };
  return answer.fault.code === "unknown" ? before : answer;
}

/** What a program is told of a file. */
export function fileRecord({ file, found }: FileFingerprint, turned = false): Record<string, unknown> {
  if ("fault" in found) {
    const { fault } = found;
    const codec = fault.code === "no-decoder" ? { codec: fault.values?.["codec"] } : {};
    return { file, fault: fault.code, ...("format" in fault ? { format: fault.format } : {}), ...codec };
  }
  if ("video" in found) {
    const row = ({ frame, timestampMs, quality, hash }: FrameHash): unknown[] => [
      frame,
      timestampMs,
      quality,
      toHex(hash),
    ];
    const scenes = sceneStarts(found.frames).map(({ frame }) => frame);
    return { file, ...found.video, vpdq: found.frames.map(row), scenes };
  }
  const { hash, values, quality, way, format, facts, parts } = found;
  const hashes = TRANSFORMS.slice(1).map((transform) => [transform, toHex(hashOf(values, transform))]);
  return {
    ...{ file, pdq: toHex(hash), quality, way, format },
    ...{ width: facts.storedWidth, height: facts.storedHeight, frames: facts.frames, orientation: facts.orientation },
    ...{ part: facts.part, damaged: facts.damaged },
    ...(turned ? { turned: Object.fromEntries(hashes) } : {}),
    ...(parts === undefined ? {} : { parts: partHashes(parts) }),
  };
}

/** The fingerprints of a picture's parts, by their names. */
export function partHashes({ entry }: RobustParts): Record<string, string> {
  return Object.fromEntries(entry.map(({ part, values }) => [part, toHex(hashOf(values))]));
}

/** Why a file has no fingerprint, as a sentence. */
export function fileFaultText(language: Language, fault: PictureFault | FileFault | VideoFault): string {
  const { code } = fault;
  if (code === "no-decoder") return sayLikeness(language, "file.no-decoder", { codec: fault.values?.["codec"] ?? "?" });
  if (code === "no-picture" || code === "missing" || code === "not-a-file" || code === "not-readable")
    return sayLikeness(language, `file.${code}`);
  return pictureFaultText(language, fault as PictureFault);
}

/** What was asked for each, in the given order, with at most so many under way. */
export async function* inOrder<Item, Answer>(
  items: readonly Item[],
  most: number,
  start: (item: Item) => Promise<Answer>,
): AsyncGenerator<Answer> {
  const waiting: Promise<Answer>[] = [];
  for (const item of items) {
    const answer = start(item);
    answer.catch(() => undefined); // it is awaited in its turn
    waiting.push(answer);
    const [first] = waiting.length < most ? [] : waiting.splice(0, 1);
    if (first !== undefined) yield await first;
  }
  for (const answer of waiting) yield await answer;
}
