import { canonicalBytes, fromHex, toHex } from "#base/values";
import { deadlineMs } from "./deadline.ts";
import { verifySignature } from "./ed25519.node.ts";
import { signingFault } from "./faults.ts";
import type { Signer } from "./identity.node.ts";
import { checkOfficerPublic } from "./officer-public.node.ts";
import { type FlatRecord, FORMS, hasForm, isFlat, readRecord } from "./record-text.ts";
import type { Certificate, OfficerPublic } from "./records.ts";

/** What an agency says when it certifies an officer. */
export interface Enrolment {
  officer: OfficerPublic;
  name: string;
  unit: string;
  /** YYYY-MM-DD (to the end of that day, UTC) or ISO 8601 with a zone; after nowMs. */
  validUntil: string;
  agency: Signer;
  /** Further public keys of the agency that the officer's kit shall believe. */
  agencyKeys?: readonly string[];
  nowMs: number;
}

const AGENCY_KEYS_MAX = 16;
/** One line, no control character, no mark that turns the direction of writing. */
const NAME = /^(?!.*[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069])\S(?:.{0,198}\S)?$/su;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const CERTIFICATE_FORMS = {
  format: /^phum-certificate$/,
  version: "number",
  name: NAME,
  unit: NAME,
  validUntil: MOMENT,
  issuedAt: MOMENT,
  recipient: FORMS.recipient,
  signPublic: FORMS.key,
  agencyKeys: "list",
  agencyRecipient: FORMS.recipient,
  signedBy: FORMS.key,
  signature: FORMS.signature,
} as const;

/**
 * Certifies an officer.
 *
 * @throws {Fault} certificate/name, certificate/date, identity/damaged (the officer's proof does not hold), signature/key.
 */
export function enrol(enrolment: Enrolment): Certificate {
  const { agency, nowMs } = enrolment;
  const officer = checkOfficerPublic(enrolment.officer);
  const untilMs = deadlineMs(enrolment.validUntil);
  if (untilMs === undefined || untilMs <= nowMs) {
    const values = { date: enrolment.validUntil.slice(0, 80) };
    throw signingFault("certificate/date", "Not a date to come", { values });
  }
  const claim = {
    format: "phum-certificate",
    version: 1,
    name: nameOf("name", enrolment.name),
    unit: nameOf("unit", enrolment.unit),
    validUntil: new Date(untilMs).toISOString(),
    issuedAt: new Date(nowMs).toISOString(),
    recipient: officer.recipient,
    signPublic: officer.signPublic,
    agencyKeys: [...new Set([agency.publicKey, ...(enrolment.agencyKeys ?? [])])],
    agencyRecipient: agency.recipient,
    signedBy: agency.publicKey,
  } as const;
  const signature = toHex(agency.sign(canonicalBytes(claim)));
  return checkCertificate({ ...claim, signature });
}

/**
 * Reads a certificate from its file's bytes, strictly: canonical JSON. The signature is verifyCertificate's question.
 *
 * @throws {Fault} certificate/damaged, certificate/version.
 */
export function readCertificate(bytes: Uint8Array): Certificate {
  return checkCertificate(readRecord(bytes));
}

/**
 * Checks a certificate: its fields and the agency's signature. Whether that agency is believed is the caller's question:
 * compare agencyKey with the keys the caller trusts.
 *
 * @param nowMs Time at which it shall hold; for a report, the time of the report.
 * @throws {Fault} certificate/damaged, certificate/version, certificate/tampered.
 */
export function verifyCertificate(certificate: Certificate, nowMs: number): { agencyKey: string; expired: boolean } {
  const { signature, ...claim } = checkCertificate(certificate);
  if (!verifySignature(claim.signedBy, canonicalBytes(claim), fromHex(signature))) {
    throw signingFault("certificate/tampered", "The agency's signature does not hold");
  }
  return { agencyKey: claim.signedBy, expired: nowMs > Date.parse(claim.validUntil) };
}

function checkCertificate(value: unknown): Certificate {
  if (!isFlat(value)) throw damaged();
  const { version } = value;
  if (value["format"] === "phum-certificate" && typeof version === "number" && version > 1) {
    throw signingFault("certificate/version", `Version ${version} is not known`);
  }
  if (!isCertificate(value)) throw damaged();
  const { agencyKeys, signedBy } = value;
  const proper = agencyKeys.length <= AGENCY_KEYS_MAX && new Set(agencyKeys).size === agencyKeys.length;
  if (!proper || !agencyKeys.every((key) => FORMS.key.test(key)) || !agencyKeys.includes(signedBy)) throw damaged();
  if (!isMoment(value.validUntil) || !isMoment(value.issuedAt)) throw damaged();
  return value;
}

function isCertificate(record: FlatRecord | Certificate): record is Certificate {
  return record["version"] === 1 && hasForm({ ...record }, CERTIFICATE_FORMS);
}

function isMoment(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === text;
}

function nameOf(option: string, given: string): string {
  const name = given.normalize("NFC").trim();
  if (NAME.test(name)) return name;
  throw signingFault("certificate/name", `The ${option} must be 1 to 200 characters on one line`, {
    values: { option },
  });
}

function damaged(): Error {
  return signingFault("certificate/damaged", "Not a certificate, or not as it was written");
}
