import { Decrypter, Encrypter } from "age-encryption";
import { equalBytes, utf8 } from "#base/values";
import { signingFault } from "./faults.ts";

/** Gives `length` sealed bytes from `offset`; fewer only where the file ends. The view may be used again at the next call. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/** Room for about 600 recipients; what a hostile file can make us read and try before we refuse it. */
const HEADER_MAX_BYTES = 65_536;
const VERSION_LINE = utf8("age-encryption.org/v1\n");
const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;

/**
 * Makes the header of a new age file.
 *
 * @param recipients One or more age X25519 recipients; a repeated one counts once.
 * @returns The header, up to and with the line of its MAC, and the 16-byte file key that it wraps.
 * @throws {Fault} sealed/recipient.
 * @see C2SP age.md "Header"
 */
export async function sealHeader(recipients: readonly string[]): Promise<{ header: Uint8Array; fileKey: Uint8Array }> {
  const encrypter = new Encrypter();
  for (const recipient of new Set(recipients)) addRecipient(encrypter, recipient);
  let fileKey = new Uint8Array(0);
  encrypter.addRecipient({
    // The library makes the file key and tells it to nobody but its recipients: this one listens and adds no stanza.
    wrapFileKey: (key) => {
      fileKey = Uint8Array.from(key);
      return [];
    },
  });
  const empty = await encrypter.encrypt(new Uint8Array(0));
  return { header: empty.subarray(0, headerBytes(empty)), fileKey };
}

/**
 * Checks recipients before work is done for them.
 *
 * @throws {Fault} sealed/recipient.
 */
export function checkRecipients(recipients: readonly string[]): void {
  const encrypter = new Encrypter();
  for (const recipient of recipients) addRecipient(encrypter, recipient);
}

function addRecipient(encrypter: Encrypter, recipient: string): void {
  try {
    if (!RECIPIENT.test(recipient)) throw new RangeError("Cannot use a recipient: it must be age1 and 58 characters");
    encrypter.addRecipient(recipient);
  } catch (cause) {
    const values = { recipient: recipient.slice(0, 80) };
    throw signingFault("sealed/recipient", "Not an age X25519 recipient", { values, cause });
  }
}

/**
 * Reads the header at the start of a sealed file.
 *
 * @throws {Fault} sealed/format where no age v1 header stands there, sealed/truncated where it does not end.
 */
export function readHeader(readAt: ReadAt, sealedBytes: number): Uint8Array {
  const head = Uint8Array.from(readAt(0, Math.min(sealedBytes, HEADER_MAX_BYTES)));
  const version = head.subarray(0, VERSION_LINE.length);
  if (!equalBytes(version, VERSION_LINE.subarray(0, version.length)) || version.length === 0) {
    throw signingFault("sealed/format", "Not an age v1 file");
  }
  const length = headerBytes(head);
  if (length > 0) return head.subarray(0, length);
  if (head.length < HEADER_MAX_BYTES) throw signingFault("sealed/truncated", "The header does not end");
  throw signingFault("sealed/format", `The header is longer than ${HEADER_MAX_BYTES} bytes`);
}

/** Length of the header with the line of its MAC, 0 where that line does not stand in these bytes. */
function headerBytes(head: Uint8Array): number {
  const text = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const mac = text.indexOf("\n---");
  return mac < 0 ? 0 : text.indexOf("\n", mac + 1) + 1;
}

/**
 * Opens a header with a secret key.
 *
 * @param ageSecret AGE-SECRET-KEY-1….
 * @returns The 16-byte file key, its header authenticated.
 * @throws {Fault} sealed/not-a-recipient, sealed/tampered.
 * @throws {RangeError} When the secret is no age X25519 key.
 */
export async function openHeader(header: Uint8Array, ageSecret: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  try {
    if (!ageSecret.startsWith("AGE-SECRET-KEY-1")) throw new Error("not an X25519 secret");
    decrypter.addIdentity(ageSecret);
  } catch {
    // The library's error is left out: it could quote the secret.
    throw new RangeError("Cannot open a sealed file: the secret must be AGE-SECRET-KEY-1…");
  }
  try {
    return await decrypter.decryptHeader(header);
  } catch (cause) {
    const noMatch = cause instanceof Error && cause.message.startsWith("no identity matched");
    if (noMatch) throw signingFault("sealed/not-a-recipient", "No recipient of this file has that key", { cause });
    throw signingFault("sealed/tampered", "The header is not as it was written", { cause });
  }
}
