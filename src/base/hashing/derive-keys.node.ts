import { createHmac } from "node:crypto";
import { concatBytes, utf8 } from "#base/values";
import type { FingerprintKeys } from "./fingerprint.ts";

const KEY_BYTES = 32;

/**
 * The two long-lived keys of a set.
 *
 * @param setKey 32 random bytes, the set's secret.
 * @throws {RangeError} When it is not 32 bytes long.
 */
export function deriveSetKeys(setKey: Uint8Array): Pick<FingerprintKeys, "sectorKey" | "blockKey"> {
  return {
    sectorKey: wordsOf(expanded(setKey, "phum/1 sector", 544)),
    blockKey: wordsOf(expanded(setKey, "phum/1 block", 160)),
  };
}

/**
 * The 16-byte SipHash key of one release.
 *
 * @param releaseKey 32 random bytes, the release's secret.
 * @throws {RangeError} When it is not 32 bytes long.
 */
export function deriveSipKey(releaseKey: Uint8Array): Uint8Array<ArrayBuffer> {
  return expanded(releaseKey, "phum/1 sip", 16);
}

function expanded(key: Uint8Array, purpose: string, lengthBytes: number): Uint8Array<ArrayBuffer> {
  if (key.length !== KEY_BYTES) {
    throw new RangeError(`Cannot derive a key: the secret must be 32 bytes, current length is ${key.length}`);
  }
  return hkdfExpand(key, utf8(purpose), lengthBytes);
}

/**
 * HKDF-SHA-256's second step; the first is for secrets that are not yet uniform, ours are.
 *
 * @see RFC 5869 §2.3
 */
export function hkdfExpand(key: Uint8Array, purpose: Uint8Array, lengthBytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(Math.ceil(lengthBytes / 32) * 32);
  let last: Uint8Array = new Uint8Array(0);
  for (let at = 0, counter = 1; at < lengthBytes; at += 32, counter++) {
    last = createHmac("sha256", key)
      .update(concatBytes(last, purpose, Uint8Array.of(counter)))
      .digest();
    whole.set(last, at);
  }
  return whole.slice(0, lengthBytes);
}

function wordsOf(bytes: Uint8Array<ArrayBuffer>): Uint32Array {
  const view = new DataView(bytes.buffer);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}
