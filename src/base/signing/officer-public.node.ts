import { canonicalBytes, fromHex, toHex } from "#base/values";
import { type SigningKey, verifySignature } from "./ed25519.node.ts";
import { signingFault } from "./faults.ts";
import { type FlatRecord, FORMS, hasForm, isFlat, readRecord } from "./record-text.ts";
import type { OfficerPublic } from "./records.ts";

const OFFICER_FORMS = {
  format: /^phum-officer$/,
  version: "number",
  recipient: FORMS.recipient,
  signPublic: FORMS.key,
  proof: FORMS.signature,
} as const;

/** The public half of an identity, with the proof that its maker holds the signing key. */
export function officerPublic(recipient: string, key: SigningKey): OfficerPublic {
  const claim = { format: "phum-officer", version: 1, recipient, signPublic: key.publicKey } as const;
  return { ...claim, proof: toHex(key.sign(canonicalBytes(claim))) };
}

/**
 * Reads officer.pub and checks its proof.
 *
 * @throws {Fault} identity/damaged, identity/version.
 */
export function readOfficerPublic(bytes: Uint8Array): OfficerPublic {
  return checkOfficerPublic(readRecord(bytes));
}

/** Checks the fields and the proof of what claims to be an officer's public half. */
export function checkOfficerPublic(value: unknown): OfficerPublic {
  if (!isFlat(value)) throw damaged();
  refuseNewer(value, "phum-officer");
  if (!isOfficer(value)) throw damaged();
  const { proof, ...claim } = value;
  if (!verifySignature(value.signPublic, canonicalBytes(claim), fromHex(proof))) throw damaged();
  return value;
}

/** @throws {Fault} identity/version when a record of this format has a later version. */
export function refuseNewer(record: FlatRecord, format: string): void {
  const { version } = record;
  if (record["format"] === format && typeof version === "number" && version > 1) {
    throw signingFault("identity/version", `Version ${version} of ${format} is not known`);
  }
}

function isOfficer(record: FlatRecord | OfficerPublic): record is OfficerPublic {
  return record["version"] === 1 && hasForm({ ...record }, OFFICER_FORMS);
}

function damaged(): Error {
  return signingFault("identity/damaged", "Not an officer's public half, or not as it was written");
}
