import { closeSync, fstatSync, openSync } from "node:fs";
import { toHex } from "#base/values";
import type { Language } from "#base/words";
import { type PictureFault, pictureFaultText } from "#examination/pictures";
import type { Fingerprints, FingerprintWay, PictureFingerprint } from "./fingerprints.node.ts";
import { hashOf, TRANSFORMS } from "./pdq-bits.ts";
import { sayLikeness } from "./words.ts";

/** One file of a command: its fingerprint, or why it has none. */
export interface FileFingerprint {
  /** As the caller named it. */
  file: string;
  found: PictureFingerprint | { fault: PictureFault | FileFault };
}

/** The file itself cannot be had. */
export interface FileFault {
  code: "missing" | "not-a-file" | "not-readable";
}

/** Where a file is and how it is called. */
export interface NamedFile {
  file: string;
  path: string;
}

/** The fingerprint of a file; never throws for what the file is. */
export async function fingerprintFile(
  { file, path }: NamedFile,
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
    return { file, found: await fingerprints.of(fd, way) };
  } catch (error) {
    if (!(error instanceof Error && "errno" in error)) throw error;
    return { file, found: { fault: { code: "not-readable" } } };
  } finally {
    closeSync(fd);
  }
}

/** What a program is told of a file. */
export function fileRecord({ file, found }: FileFingerprint, turned = false): Record<string, unknown> {
  if ("fault" in found) {
    const { code } = found.fault;
    return { file, fault: code, ...("format" in found.fault ? { format: found.fault.format } : {}) };
  }
  const { hash, values, quality, way, format, facts } = found;
  const hashes = TRANSFORMS.slice(1).map((transform) => [transform, toHex(hashOf(values, transform))]);
  return {
    ...{ file, pdq: toHex(hash), quality, way, format },
    ...{ width: facts.storedWidth, height: facts.storedHeight, frames: facts.frames, orientation: facts.orientation },
    ...{ part: facts.part, damaged: facts.damaged },
    ...(turned ? { turned: Object.fromEntries(hashes) } : {}),
  };
}

/** Why a file has no fingerprint, as a sentence. */
export function fileFaultText(language: Language, fault: PictureFault | FileFault): string {
  const { code } = fault;
  if (code === "missing" || code === "not-a-file" || code === "not-readable")
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
