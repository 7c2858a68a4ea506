import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { Decrypter, Encrypter, Stanza } from "age-encryption";
import { concatBytes, utf8 } from "#base/values";

/** 2^18 steps of scrypt (r = 8) take 256 MiB and about a second: what age itself takes, and the most that we do. */
export const WORK_FACTOR = 18;
const SALT_BYTES = 16;
const FILE_KEY_BYTES = 16;
const TAG_BYTES = 16;
const LABEL = utf8("age-encryption.org/v1/scrypt");

/** What came of trying a passphrase. */
export type Unwrapped =
  | { outcome: "opened"; plain: Uint8Array }
  | { outcome: "wrong-passphrase" | "too-much-work" | "damaged" };

/**
 * Wraps a few bytes in a passphrase as one age v1 file (scrypt).
 *
 * @param workFactor Base-2 logarithm of the steps, 1 to WORK_FACTOR.
 * @see C2SP age.md "The scrypt recipient type"
 */
export async function wrapInPassphrase(
  plain: Uint8Array,
  passphrase: Uint8Array,
  workFactor: number,
): Promise<Uint8Array> {
  const salt = Uint8Array.from(randomBytes(SALT_BYTES));
  const encrypter = new Encrypter();
  encrypter.addRecipient({
    wrapFileKey: (fileKey) => {
      const cipher = createCipheriv("chacha20-poly1305", stretch(passphrase, salt, workFactor), new Uint8Array(12), {
        authTagLength: TAG_BYTES,
      });
      const body = concatBytes(cipher.update(fileKey), cipher.final(), cipher.getAuthTag());
      return [new Stanza(["scrypt", base64(salt), String(workFactor)], body)];
    },
  });
  return encrypter.encrypt(plain);
}

/**
 * Tries a passphrase on an age v1 file.
 *
 * @param maxWorkFactor Files that ask for more steps are refused before a single one.
 */
export async function unwrapWithPassphrase(
  file: Uint8Array,
  passphrase: Uint8Array,
  maxWorkFactor: number,
): Promise<Unwrapped> {
  let refused: "wrong-passphrase" | "too-much-work" | "damaged" = "damaged";
  const decrypter = new Decrypter();
  decrypter.addIdentity({
    unwrapFileKey: (stanzas) => {
      const wrapped = scryptStanza(stanzas);
      if (wrapped === undefined) return null;
      if (wrapped.workFactor > maxWorkFactor) {
        refused = "too-much-work";
        return null;
      }
      const fileKey = openFileKey(wrapped.body, stretch(passphrase, wrapped.salt, wrapped.workFactor));
      if (fileKey === null) refused = "wrong-passphrase";
      return fileKey;
    },
  });
  try {
    return { outcome: "opened", plain: await decrypter.decrypt(file) };
  } catch {
    return { outcome: refused };
  }
}

/** The one stanza of a passphrase file; undefined where the header is anything else. */
function scryptStanza(stanzas: readonly Stanza[]) {
  const [only, ...others] = stanzas;
  const [type, saltText = "", workText = "", ...more] = only?.args ?? [];
  if (only === undefined || others.length > 0 || type !== "scrypt" || more.length > 0) return undefined;
  const salt = Uint8Array.from(Buffer.from(saltText, "base64"));
  if (salt.length !== SALT_BYTES || base64(salt) !== saltText || !/^[1-9][0-9]{0,2}$/.test(workText)) return undefined;
  if (only.body.length !== FILE_KEY_BYTES + TAG_BYTES) return undefined;
  return { salt, workFactor: Number(workText), body: only.body };
}

function openFileKey(body: Uint8Array, key: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv("chacha20-poly1305", key, new Uint8Array(12), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(body.subarray(FILE_KEY_BYTES));
  const fileKey = decipher.update(body.subarray(0, FILE_KEY_BYTES));
  try {
    decipher.final();
  } catch {
    return null;
  }
  return fileKey;
}

function stretch(passphrase: Uint8Array, salt: Uint8Array, workFactor: number): Uint8Array {
  const cost = 2 ** workFactor;
  return scryptSync(passphrase, concatBytes(LABEL, salt), 32, { N: cost, r: 8, p: 1, maxmem: 1024 * cost + 2 ** 20 });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replaceAll("=", "");
}
