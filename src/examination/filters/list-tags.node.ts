import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { ListAlgorithm } from "#examination/hashlists";
import { MASK } from "./list-section.ts";

/** What is looked up, or listed: raw digests and a size. */
export interface TaggedFile {
  digests: Partial<Record<ListAlgorithm, Uint8Array>>;
  sizeBytes: number;
}

/** Puts the first 56 bits of an entry's tag into two words: `words[1]` its first 32 bits, `words[0]` the next 24, then 8 bits that are 0. */
export type ListTagger = (file: TaggedFile, mask: number, words: Uint32Array) => void;

const ORDER = ["md5", "sha1", "sha256"] as const;
const LABEL = Buffer.from("list\0", "latin1");

/** HMAC-SHA-256(release key, "list" 0 ‖ mask u8 ‖ [size u64] ‖ [MD5] ‖ [SHA-1] ‖ [SHA-256]), what the mask names in this order. */
export function listTagger(releaseKey: Uint8Array): ListTagger {
  const key: KeyObject = createSecretKey(releaseKey);
  const message = Buffer.alloc(128);
  LABEL.copy(message);
  return ({ digests, sizeBytes }, mask, words) => {
    let at = LABEL.length;
    message[at++] = mask;
    if ((mask & MASK.size) !== 0) {
      message.writeUInt32LE(sizeBytes % 2 ** 32, at);
      message.writeUInt32LE(Math.floor(sizeBytes / 2 ** 32), at + 4);
      at += 8;
    }
    for (const algorithm of ORDER) {
      const digest = digests[algorithm];
      if ((mask & MASK[algorithm]) === 0) continue;
      if (digest === undefined)
        throw new RangeError(`Cannot tag a file: it has no ${algorithm}, current mask is ${mask}`);
      message.set(digest, at);
      at += digest.length;
    }
    const tag = createHmac("sha256", key).update(message.subarray(0, at)).digest();
    words[1] = tag.readUInt32BE(0);
    words[0] = (tag.readUIntBE(4, 3) << 8) >>> 0;
  };
}
