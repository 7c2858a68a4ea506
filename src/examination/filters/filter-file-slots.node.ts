import { openSealed, sealFile } from "#base/signing/node";
import { canonicalBytes, concatBytes } from "#base/values";
import { SLOTS_MAX_BYTES, tampered } from "./filter-file-layout.ts";
import { readCanonical } from "./filter-header-read.ts";

/** The release secrets of a file's parts, sealed to one recipient. */
export interface Slot {
  recipient: string;
  /** An age file, base64. */
  sealed: string;
}

const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const SECRET = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;
const SLOT_BASE64_MAX = 16384;

/** Bytes of the slots as they stand in the file. @throws {RangeError} When there are too many. */
export function writeSlots(slots: Slot[]): Uint8Array<ArrayBuffer> {
  const bytes = canonicalBytes({ slots });
  if (bytes.length > SLOTS_MAX_BYTES) {
    throw new RangeError(
      `Cannot seal to so many: slots must fit ${SLOTS_MAX_BYTES} bytes, current size is ${bytes.length}`,
    );
  }
  return bytes;
}

/**
 * Reads slots.
 *
 * @throws {Fault} filter/tampered.
 */
export function readSlots(bytes: Uint8Array, place: string): Slot[] {
  const value = readCanonical(bytes, place) as { slots?: unknown } | null;
  const slots = value?.slots;
  if (!Array.isArray(slots) || !slots.every(isSlot)) throw tampered(place, "slots are not of their form");
  return slots;
}

function isSlot(value: unknown): value is Slot {
  if (typeof value !== "object" || value === null) return false;
  const { recipient, sealed } = value as Partial<Record<keyof Slot, unknown>>;
  if (typeof recipient !== "string" || typeof sealed !== "string") return false;
  return RECIPIENT.test(recipient) && sealed.length <= SLOT_BASE64_MAX;
}

/**
 * Seals the parts' release secrets to one recipient.
 *
 * @throws {Fault} sealed/recipient.
 */
export async function sealSlot(recipient: string, secrets: string[]): Promise<Slot> {
  const pieces: Uint8Array[] = [];
  await sealFile([canonicalBytes({ secrets })], [recipient], (bytes) => {
    pieces.push(bytes);
  });
  return { recipient, sealed: Buffer.from(concatBytes(...pieces)).toString("base64") };
}

/**
 * Opens a slot.
 *
 * @returns One release secret for each part.
 * @throws {Fault} filter/tampered.
 */
export async function openSlot(slot: Slot, ageSecret: string, place: string): Promise<string[]> {
  const sealed = Buffer.from(slot.sealed, "base64");
  let plain: Uint8Array;
  try {
    const reader = await openSealed((at, length) => sealed.subarray(at, at + length), sealed.length, ageSecret);
    plain = new Uint8Array(reader.plainBytes);
    reader.readInto(plain, 0);
  } catch (cause) {
    throw tampered(place, "a slot does not open", cause);
  }
  const value = readCanonical(plain, place) as { secrets?: unknown } | null;
  const secrets = value?.secrets;
  if (!Array.isArray(secrets) || !secrets.every((secret) => typeof secret === "string" && SECRET.test(secret))) {
    throw tampered(place, "a slot does not hold secrets");
  }
  return secrets;
}
