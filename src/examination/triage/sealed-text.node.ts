import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { triageFault } from "./faults.ts";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals text of a checkpoint with a key of 32 bytes that only the officer's identity can derive: nonce, tag, sealed bytes in base64. */
export function sealText(key: Uint8Array, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString("base64");
}

/**
 * Opens what sealText sealed.
 *
 * @throws {Fault} triage/other-version: the checkpoint is signed, so it was written by another Phum.
 */
export function openText(key: Uint8Array, sealed: string): string {
  const bytes = Buffer.from(sealed, "base64");
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, "utf8") + decipher.final("utf8");
  } catch (cause) {
    throw triageFault("triage/other-version", "What the checkpoint sealed cannot be opened", { cause });
  }
}

/** Both with one key: digests of hit files stand in no checkpoint in clear. */
export function sealWith(key: Uint8Array): { close(text: string): string; open(sealed: string): string } {
  return { close: (text) => sealText(key, text), open: (sealed) => openText(key, sealed) };
}
