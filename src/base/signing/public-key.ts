import { signingFault } from "./faults.ts";

/**
 * Reads an Ed25519 public key as a person gives it (`--trust K`).
 *
 * @returns 64 lower-case hexadecimal digits.
 * @throws {Fault} signature/key when the text is anything else.
 */
export function readPublicKey(text: string): string {
  const key = text.trim().toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(key)) {
    const values = { key: text.slice(0, 80) };
    throw signingFault("signature/key", "A public key must be 64 hexadecimal digits", { values });
  }
  return key;
}
