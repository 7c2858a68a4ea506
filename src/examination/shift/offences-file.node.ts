import { readFileSync, statSync } from "node:fs";
import { type Signer, verifySignature } from "#base/signing/node";
import { canonicalBytes, fromHex, toHex } from "#base/values";
import { shiftFault } from "./faults.ts";
import { type OffencesFile, type OffencesWording, offencesIn, ownOffences } from "./offences.ts";
import type { Offence } from "./shift-view.ts";

const MOST_BYTES = 65_536;

/**
 * The kit's vocabulary of offences: the agency's where there is one, else the program's own words for the same codes.
 *
 * @param trust Agencies' public keys that are believed.
 * @throws {Fault} shift/offences where it was changed, or was signed by someone else.
 */
export function kitOffences(path: string, trust: readonly string[]): Offence[] {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return ownOffences();
  const file = facts.size > MOST_BYTES ? undefined : offencesIn(jsonIn(path));
  if (file === undefined || !trust.includes(file.signedBy) || !holds(file)) {
    throw shiftFault("shift/offences", `Not a vocabulary of this agency: ${path}`, { values: { path } });
  }
  return file.offences.map(({ code, words }) => ({ code, words }));
}

/** Signs a vocabulary. */
export function signOffences(wording: OffencesWording, agency: Signer, nowMs: number): OffencesFile {
  const { publicKey: signedBy } = agency;
  const claim = {
    format: "phum-offences",
    version: 1,
    ...wording,
    issuedAt: new Date(nowMs).toISOString(),
    signedBy,
  } as const;
  return { ...claim, signature: toHex(agency.sign(canonicalBytes(claim))) };
}

/** Whether the signature fits. */
function holds(file: OffencesFile): boolean {
  const { signature, ...claim } = file;
  return verifySignature(file.signedBy, canonicalBytes(claim), fromHex(signature));
}

/** The JSON in a small file; undefined where it is none. */
export function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
