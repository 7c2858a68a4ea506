import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign, verify } from "node:crypto";
import { concatBytes, fromHex, toHex } from "#base/values";

/** Ed25519 secrets are 32 bytes, public keys 32, signatures 64. */
const SEED_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** RFC 8410 §7 and §4: the DER bytes before the raw key. */
const PKCS8_HEAD = fromHex("302e020100300506032b657004220420");
const SPKI_HEAD = fromHex("302a300506032b6570032100");

/** A key that signs: the secret itself is not handed out. */
export interface SigningKey {
  /** 64 hexadecimal digits. */
  publicKey: string;
  /** @returns the 64-byte signature. */
  sign(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** A fresh secret: 32 random bytes. */
export function newSeed(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(randomBytes(SEED_BYTES));
}

/**
 * The signing key of a 32-byte secret.
 *
 * @throws {RangeError} When the secret is not 32 bytes long.
 * @see RFC 8032 §5.1
 */
export function signingKey(seed: Uint8Array): SigningKey {
  if (seed.length !== SEED_BYTES) {
    throw new RangeError(`Cannot use a signing secret: it must be 32 bytes, current length is ${seed.length}`);
  }
  const key = createPrivateKey({ key: Buffer.from(concatBytes(PKCS8_HEAD, seed)), format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return {
    publicKey: toHex(spki.subarray(SPKI_HEAD.length)),
    sign: (bytes) => Uint8Array.from(sign(null, bytes, key)),
  };
}

/**
 * Whether the signature over these bytes was made with the secret of this public key. Keys of small order, under which one
 * signature fits many messages, never verify.
 *
 * @param publicKey 64 hexadecimal digits; anything else verifies nothing.
 */
export function verifySignature(publicKey: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (!/^[0-9a-f]{64}$/.test(publicKey) || signature.length !== SIGNATURE_BYTES) return false;
  const raw = fromHex(publicKey);
  if (hasSmallOrder(raw)) return false;
  try {
    return verify(null, bytes, spkiKey(raw), signature);
  } catch {
    return false;
  }
}

function spkiKey(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.from(concatBytes(SPKI_HEAD, raw)), format: "der", type: "spki" });
}

/** y-coordinates of the points whose order divides 8, canonical or not, the sign bit clear. */
const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);

function hasSmallOrder(raw: Uint8Array): boolean {
  const y = raw.slice();
  y[31] = (y[31] ?? 0) & 0x7f;
  return SMALL_ORDER.has(toHex(y));
}

/** SHA-256 of the parts one after another. */
export function sha256(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return Uint8Array.from(hash.digest());
}
