import type { OfficerPublic } from "./records.ts";

/** An officer's identity, unlocked. Never handed to another process whole. */
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

/** How hard a passphrase is to try: 2^workFactor scrypt steps, 1 to 18; 18 (256 MiB, about a second) unless it is a test. */
export interface WrapOptions {
  workFactor?: number;
}

/** Makes an officer's identity: the wrapped file, and its public half. */
export async function newIdentity(
  passphrase: string,
  options: WrapOptions = {},
): Promise<{ file: Uint8Array<ArrayBuffer>; public: OfficerPublic }> {
  throw new Error(`not written yet ${passphrase} ${options}`);
}

/** Opens an officer's identity in a short unlocking child. @throws {Fault} identity/*. */
export async function openIdentity(file: Uint8Array, passphrase: string): Promise<Identity> {
  throw new Error(`not written yet ${file} ${passphrase}`);
}

/** Makes an agency's key. */
export async function newSigner(
  passphrase: string,
  options: WrapOptions = {},
): Promise<{ file: Uint8Array<ArrayBuffer>; publicKey: string; recipient: string }> {
  throw new Error(`not written yet ${passphrase} ${options}`);
}

/** Opens an agency's key in a short unlocking child. @throws {Fault} identity/*. */
export async function openSigner(file: Uint8Array, passphrase: string): Promise<Signer> {
  throw new Error(`not written yet ${file} ${passphrase}`);
}
