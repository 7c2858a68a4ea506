import { identityToRecipient } from "age-encryption";
import { canonicalBytes, canonicalText, fromHex, toHex, utf8 } from "#base/values";
import { newSeed, signingKey } from "./ed25519.node.ts";
import { signingFault } from "./faults.ts";
import { officerPublic, refuseNewer } from "./officer-public.node.ts";
import { WORK_FACTOR } from "./passphrase-box.node.ts";
import { type FlatRecord, FORMS, hasForm, RECORD_MAX_BYTES, readRecord } from "./record-text.ts";
import type { OfficerPublic } from "./records.ts";
import { newSealKey } from "./sealed-file.node.ts";
import { unlock } from "./unlocking.node.ts";

/** An officer's identity, unlocked. Handed to no other process, but by keptIdentity() to the parent that keeps it over a crash. */
export interface Identity {
  public: OfficerPublic;
  /** AGE-SECRET-KEY-1…: opens what was sealed to the officer. */
  ageSecret: string;
  /** @returns the 64-byte Ed25519 signature. */
  sign(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** An agency's key, unlocked: signs filters and certificates, opens annexes. Never on a kit. */
export interface Signer {
  /** Ed25519 public key, 64 hexadecimal digits. */
  publicKey: string;
  /** age1…: annexes for the agency are sealed to it. */
  recipient: string;
  ageSecret: string;
  sign(bytes: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** How costly it is to try a passphrase: 2^workFactor steps of scrypt, 1 to 18. */
export interface WrapOptions {
  /** 18 (256 MiB, about a second) unless it is a test or practice. */
  workFactor?: number;
}

interface Secrets {
  ageSecret: string;
  signSecret: Uint8Array;
}

const SECRET_FORMS = {
  format: /^phum-(?:identity|signer)$/,
  version: "number",
  ageSecret: FORMS.ageSecret,
  signSecret: FORMS.key,
} as const;

/**
 * Makes an officer's identity.
 *
 * @returns The wrapped file with both secrets, and the public half.
 * @throws {Fault} identity/unlocking.
 */
export async function newIdentity(
  passphrase: string,
  options: WrapOptions = {},
): Promise<{ file: Uint8Array<ArrayBuffer>; public: OfficerPublic }> {
  const { file, recipient, signSecret } = await newKeyFile("phum-identity", passphrase, options);
  return { file, public: officerPublic(recipient, signingKey(signSecret)) };
}

/**
 * Makes an agency's key.
 *
 * @throws {Fault} identity/unlocking.
 */
export async function newSigner(
  passphrase: string,
  options: WrapOptions = {},
): Promise<{ file: Uint8Array<ArrayBuffer>; publicKey: string; recipient: string }> {
  const { file, recipient, signSecret } = await newKeyFile("phum-signer", passphrase, options);
  return { file, recipient, publicKey: signingKey(signSecret).publicKey };
}

/**
 * Opens an officer's identity in a short unlocking child.
 *
 * @throws {Fault} identity/passphrase, identity/damaged, identity/version, identity/work-factor, identity/not-an-officer,
 * identity/unlocking.
 */
export async function openIdentity(file: Uint8Array, passphrase: string): Promise<Identity> {
  return identityOf(await openKeyFile("phum-identity", file, passphrase));
}

/** Secrets of the identities that were opened here, for keptIdentity() alone. */
const opened = new WeakMap<Identity, Secrets>();

async function identityOf(secrets: Secrets): Promise<Identity> {
  const { ageSecret, signSecret } = secrets;
  const key = signingKey(signSecret);
  const identity = { public: officerPublic(await recipientOf(ageSecret), key), ageSecret, sign: key.sign };
  opened.set(identity, secrets);
  return identity;
}

/**
 * An unlocked identity as one text, for the memory of the parent process that starts a crashed program again. It is as secret as the
 * passphrase: never written to a file, a log, an argument or an environment.
 *
 * @throws {RangeError} When the identity was not opened by this process.
 */
export function keptIdentity(identity: Identity): string {
  const secrets = opened.get(identity);
  if (secrets === undefined) throw new RangeError("Cannot keep an identity: it was not opened here");
  return canonicalText({ ageSecret: secrets.ageSecret, signSecret: toHex(secrets.signSecret) });
}

/** The identity in such a text. @throws {RangeError} When it is none. */
export async function identityAgain(kept: string): Promise<Identity> {
  const { ageSecret, signSecret } = JSON.parse(kept) as Record<string, unknown>;
  if (typeof ageSecret !== "string" || typeof signSecret !== "string") {
    throw new RangeError("Cannot open a kept identity: its text is another one");
  }
  return identityOf({ ageSecret, signSecret: fromHex(signSecret) });
}

/**
 * Opens an agency's key in a short unlocking child.
 *
 * @throws {Fault} identity/passphrase, identity/damaged, identity/version, identity/work-factor, identity/not-an-agency,
 * identity/unlocking.
 */
export async function openSigner(file: Uint8Array, passphrase: string): Promise<Signer> {
  const { ageSecret, signSecret } = await openKeyFile("phum-signer", file, passphrase);
  const { publicKey, sign } = signingKey(signSecret);
  return { publicKey, recipient: await recipientOf(ageSecret), ageSecret, sign };
}

type KeyFormat = "phum-identity" | "phum-signer";

async function newKeyFile(format: KeyFormat, passphrase: string, { workFactor = WORK_FACTOR }: WrapOptions) {
  if (!Number.isInteger(workFactor) || workFactor < 1 || workFactor > WORK_FACTOR) {
    throw new RangeError(
      `Cannot wrap a key: its work factor must be 1 to ${WORK_FACTOR}, current value is ${workFactor}`,
    );
  }
  if (passphrase === "") throw new RangeError("Cannot wrap a key: the passphrase must not be empty");
  const { ageSecret, recipient } = await newSealKey();
  const signSecret = newSeed();
  const bytes = canonicalBytes({ format, version: 1, ageSecret, signSecret: toHex(signSecret) });
  const answer = await unlock({ verb: "wrap", workFactor, passphrase: utf8(passphrase), bytes });
  return { file: Uint8Array.from(answer.bytes), recipient, signSecret };
}

async function openKeyFile(format: KeyFormat, file: Uint8Array, passphrase: string): Promise<Secrets> {
  if (file.length > RECORD_MAX_BYTES) throw signingFault("identity/damaged", "Too large for a key file");
  const answer = await unlock({ verb: "open", workFactor: WORK_FACTOR, passphrase: utf8(passphrase), bytes: file });
  if (answer.outcome === "wrong-passphrase") throw signingFault("identity/passphrase", "Wrong passphrase");
  if (answer.outcome === "too-much-work") {
    throw signingFault("identity/work-factor", `The file asks for more than 2^${WORK_FACTOR} steps`);
  }
  const record = answer.outcome === "opened" ? readRecord(answer.bytes) : undefined;
  if (record === undefined) throw signingFault("identity/damaged", "Not a key file, or not as it was written");
  return secretsIn(record, format);
}

/** The secrets in an opened key file. @throws {Fault} */
export function secretsIn(record: FlatRecord, format: KeyFormat): Secrets {
  refuseNewer(record, format);
  if (record["version"] !== 1 || !hasForm(record, SECRET_FORMS)) {
    throw signingFault("identity/damaged", "An opened key file without its keys");
  }
  if (record["format"] !== format) {
    const code = format === "phum-identity" ? "identity/not-an-officer" : "identity/not-an-agency";
    throw signingFault(code, `A key of another kind: ${record["format"]}`);
  }
  return { ageSecret: String(record["ageSecret"]), signSecret: fromHex(String(record["signSecret"])) };
}

async function recipientOf(ageSecret: string): Promise<string> {
  try {
    return await identityToRecipient(ageSecret);
  } catch {
    // The library's error is left out: it could quote the secret.
    throw signingFault("identity/damaged", "An opened key file with a secret that is no age key");
  }
}
