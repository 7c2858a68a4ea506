import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { concatBytes } from "#base/values";
import { numberOf } from "./pdf-filters.node.ts";
import type { PdfDict } from "./pdf-syntax.ts";

// The key of a PDF that opens without a password being asked for: that of the empty one. Other passwords are not tried.
// @see ISO 32000-2, 7.6.4 "Standard security handler", algorithms 2, 2.A, 2.B, 4, 5, 11

const PAD = Uint8Array.from(
  "28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a".match(/../g) ?? [],
  (hex) => Number.parseInt(hex, 16),
);

/** @returns Null where its password is another, or its revision unknown. */
export function emptyPasswordKey(encrypt: PdfDict, id: Uint8Array): Uint8Array | null {
  const text = (name: string): Uint8Array => {
    const value = encrypt.get(name);
    return value instanceof Uint8Array ? value : new Uint8Array(0);
  };
  const revision = numberOf(encrypt, "/R", 0);
  if (revision === 5 || revision === 6) return wideKey(text, revision);
  if (revision < 2 || revision > 4) return null;
  const permissions = new DataView(new ArrayBuffer(4));
  permissions.setInt32(0, numberOf(encrypt, "/P", 0) | 0, true);
  const open = revision === 4 && encrypt.get("/EncryptMetadata") === false ? Uint8Array.of(255, 255, 255, 255) : [];
  const bits = numberOf(encrypt, "/Length", 40);
  // Some say bytes for bits.
  const lengthBytes = revision === 2 ? 5 : Math.min(16, Math.max(5, bits <= 32 ? bits : bits / 8));
  const owner = text("/O").subarray(0, 32);
  let key = md5(concatBytes(PAD, owner, new Uint8Array(permissions.buffer), id, Uint8Array.from(open)));
  for (let i = 0; revision > 2 && i < 50; i++) key = md5(key.subarray(0, lengthBytes));
  key = key.subarray(0, lengthBytes);
  return isKey(key, text("/U"), { revision, id }) ? key : null;
}

function isKey(key: Uint8Array, user: Uint8Array, { revision, id }: { revision: number; id: Uint8Array }): boolean {
  if (revision === 2) return same(rc4(key, PAD), user.subarray(0, 32));
  let told = md5(concatBytes(PAD, id));
  for (let i = 0; i < 20; i++)
    told = rc4(
      key.map((byte) => byte ^ i),
      told,
    );
  return same(told, user.subarray(0, 16));
}

/** The user's empty password, or the owner's: some programs leave that one out. */
function wideKey(text: (name: string) => Uint8Array, revision: number): Uint8Array | null {
  const user = text("/U").subarray(0, 48);
  for (const [told, packed, more] of [
    [user, text("/UE"), new Uint8Array(0)],
    [text("/O"), text("/OE"), user],
  ] as const) {
    if (told.length < 48 || packed.length < 32) continue;
    const digest = (from: number): Uint8Array => {
      const salt = told.subarray(from, from + 8);
      return revision === 5 ? sha(256, concatBytes(salt, more)) : hardened(salt, more);
    };
    if (!same(digest(32), told.subarray(0, 32))) continue;
    return createDecipheriv("aes-256-cbc", digest(40), new Uint8Array(16))
      .setAutoPadding(false)
      .update(packed.subarray(0, 32));
  }
  return null;
}

const ROUNDS_MOST = 4096;

/** Algorithm 2.B, for the empty password. */
function hardened(salt: Uint8Array, more: Uint8Array): Uint8Array {
  let key = sha(256, concatBytes(salt, more));
  for (let round = 0; round < ROUNDS_MOST; round++) {
    const repeated = concatBytes(...Array.from({ length: 64 }, () => [key, more]).flat());
    const cipher = createCipheriv("aes-128-cbc", key.subarray(0, 16), key.subarray(16, 32)).setAutoPadding(false);
    const mixed = cipher.update(repeated);
    const rest = mixed.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    key = sha(rest === 0 ? 256 : rest === 1 ? 384 : 512, mixed);
    if (round >= 63 && (mixed.at(-1) ?? 0) <= round - 31) break;
  }
  return key.subarray(0, 32);
}

function sha(bits: 256 | 384 | 512, bytes: Uint8Array): Uint8Array {
  return createHash(`sha${bits}`).update(bytes).digest();
}

export function md5(bytes: Uint8Array): Uint8Array {
  return createHash("md5").update(bytes).digest();
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}

/** RC4, which Node has no more. */
export function rc4(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const box = Uint8Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + (box[i] as number) + (key[i % key.length] ?? 0)) & 255;
    [box[i], box[j]] = [box[j] as number, box[i] as number];
  }
  const out = new Uint8Array(bytes.length);
  for (let at = 0, i = 0, j = 0; at < bytes.length; at++) {
    i = (i + 1) & 255;
    const one = box[i] as number;
    j = (j + one) & 255;
    const two = box[j] as number;
    box[i] = two;
    box[j] = one;
    out[at] = (bytes[at] as number) ^ (box[(one + two) & 255] as number);
  }
  return out;
}
