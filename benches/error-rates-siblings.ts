// Edited siblings of the corpus's files, made in memory: what a maker's next file, or an edited file, would look like.
import { readFileSync } from "node:fs";
import { seededRandom } from "#base/values";
import { ownContent } from "#examination/filters";
import type { CorpusFile } from "./error-rates-corpus.ts";

const MOST_BYTES = 8 << 20;
const TAIL_BYTES = 1024;
const EDITED = new Set(["picture", "document", "font", "package", "media"]);

/** Makers of siblings; undefined where the file is not of a sort that has one. */
export const siblings = {
  /** A listed file's packaging (all that stands before its own content, and its last kilobyte) around other content. */
  otherContent: (file: CorpusFile): Uint8Array | undefined => {
    const bytes = bytesOf(file);
    if (bytes === undefined) return undefined;
    const { offsetBytes, before } = ownContent(bytes, () => bytes.subarray(-65536));
    if (before !== "header" || offsetBytes === 0 || offsetBytes >= bytes.length - TAIL_BYTES) return undefined;
    const random = seededRandom(file.content);
    const words = Uint32Array.from({ length: Math.ceil(bytes.length / 4) }, () => random.bits32());
    const content = new Uint8Array(words.buffer, 0, bytes.length);
    content.set(bytes.subarray(0, offsetBytes));
    content.set(bytes.subarray(-TAIL_BYTES), bytes.length - TAIL_BYTES);
    return content;
  },
  /** An unlisted file with 1 to 511 bytes put in behind its header and its last quarter cut off. */
  editedCopy: (file: CorpusFile): Uint8Array | undefined => {
    const bytes = bytesOf(file);
    if (bytes === undefined || bytes.length < 4096) return undefined;
    const random = seededRandom(`edited ${file.content}`);
    const at = Math.min(ownContent(bytes, () => bytes.subarray(-65536)).offsetBytes, bytes.length);
    const put = Uint8Array.from({ length: 1 + random.below(511) }, () => random.below(256));
    const kept = Math.max(at, Math.floor(bytes.length * 0.75));
    const edited = new Uint8Array(kept + put.length);
    edited.set(bytes.subarray(0, at));
    edited.set(put, at);
    edited.set(bytes.subarray(at, kept), at + put.length);
    return edited;
  },
};

function bytesOf({ path, kind, sizeBytes }: CorpusFile): Uint8Array | undefined {
  if (!EDITED.has(kind) || sizeBytes > MOST_BYTES) return undefined;
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
