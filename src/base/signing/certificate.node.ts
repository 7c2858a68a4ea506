import type { Signer } from "./identity.node.ts";
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

/** Certifies an officer. @throws {Fault} certificate/name, certificate/date, identity/damaged. */
export function enrol(enrolment: Enrolment): Certificate {
  throw new Error(`not written yet ${enrolment}`);
}

/** Reads a certificate from its file's bytes, strictly. @throws {Fault} certificate/damaged, certificate/version. */
export function readCertificate(bytes: Uint8Array): Certificate {
  throw new Error(`not written yet ${bytes}`);
}

/**
 * Checks the agency's signature. Whether that agency is believed is the caller's question: compare agencyKey with the keys in `--trust`.
 *
 * @throws {Fault} certificate/damaged, certificate/tampered.
 */
export function verifyCertificate(certificate: Certificate, nowMs: number): { agencyKey: string; expired: boolean } {
  throw new Error(`not written yet ${certificate} ${nowMs}`);
}
