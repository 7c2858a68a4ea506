import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";

/** A chunk's plain bytes (the last may have fewer), its tag, and the random bytes before the first chunk. */
export const CHUNK_BYTES = 65_536;
export const TAG_BYTES = 16;
export const NONCE_BYTES = 16;

/** The key of one payload. @see C2SP age.md "Payload": HKDF-SHA-256(file key, nonce, "payload") */
export function payloadKey(fileKey: Uint8Array, nonce: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", fileKey, nonce, "payload", 32));
}

/** Eleven bytes of counter, big-endian, and one that says whether this is the last chunk. */
function chunkNonce(index: number, last: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  for (let at = 10, rest = index; rest > 0; at--) {
    nonce[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Which chunk: its place, and whether it is the last. */
export interface ChunkPlace {
  index: number;
  last: boolean;
}

/** Encrypts one chunk into its own array, the tag behind it. @see RFC 8439 §2.8 */
export function sealChunk(key: Uint8Array, place: ChunkPlace, plain: Uint8Array): Uint8Array<ArrayBuffer> {
  const nonce = chunkNonce(place.index, place.last);
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: TAG_BYTES });
  const sealed = new Uint8Array(plain.length + TAG_BYTES);
  sealed.set(cipher.update(plain));
  cipher.final();
  sealed.set(cipher.getAuthTag(), plain.length);
  return sealed;
}

/** Decrypts one chunk with its tag; undefined where it is not authentic at this place. */
export function openChunk(key: Uint8Array, place: ChunkPlace, sealed: Uint8Array): Uint8Array | undefined {
  const nonce = chunkNonce(place.index, place.last);
  const decipher = createDecipheriv("chacha20-poly1305", key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const plain = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plain;
}
