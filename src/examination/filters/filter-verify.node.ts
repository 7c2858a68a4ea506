import { filtersFault } from "./faults.ts";
import { openBytes } from "./filter-file-bytes.node.ts";
import { type Envelope, proveEnvelope, readEnvelope } from "./filter-file-envelope.node.ts";
import { tampered } from "./filter-file-layout.ts";
import type { BundleHeader, FilterHeader } from "./filter-header.ts";
import { readBundleHeader, readFilterHeader } from "./filter-header-read.ts";

/** One verified part of a filter file. */
export interface VerifiedPart {
  header: FilterHeader;
  /** The Ed25519 public key that signed it, hexadecimal. */
  signedBy: string;
  /** Past validUntil (but not past graceUntil). */
  expired: boolean;
  /** age1… recipients this part is sealed to. */
  recipients: string[];
}

/** A filter file whose every byte is vouched for by a trusted key. */
export interface VerifiedFilter {
  /** One part, or a bundle's parts in order. */
  parts: VerifiedPart[];
  /** Present for a bundle. */
  bundle?: BundleHeader;
  /** SHA-256 of the whole file, hexadecimal. */
  digest: string;
  /** The trusted key that signed the file. A bundle's signer vouches for its parts, whoever signed those. */
  signedBy: string;
  /** Whether any part is past validUntil. */
  expired: boolean;
  sizeBytes: number;
  /** Everyone the file is sealed to: a bundle's own recipients and those of all its parts. */
  recipients: string[];
}

/**
 * Reads every byte of a filter file and proves that a trusted agency signed it. Needs no identity.
 *
 * @param trust Ed25519 public keys, hexadecimal.
 * @throws {Fault} filter/missing, filter/unreadable, filter/not-a-filter, filter/version, filter/truncated, filter/tampered,
 *   filter/untrusted, filter/category, filter/expired (past graceUntil).
 */
export async function verifyFilter(
  path: string,
  { trust, nowMs }: { trust: readonly string[]; nowMs: number },
): Promise<VerifiedFilter> {
  const file = openBytes(path);
  try {
    const envelope = readEnvelope(file);
    if (!trust.some((key) => key.toLowerCase() === envelope.signer)) {
      const values = { place: path, signer: envelope.signer };
      throw filtersFault("filter/untrusted", `signed by ${envelope.signer}`, { place: path, values });
    }
    const { digest } = proveEnvelope(envelope);
    const whole = { digest, signedBy: envelope.signer, sizeBytes: file.sizeBytes };
    if (envelope.kind === "filter") {
      const part = provedPart(envelope, nowMs);
      return { ...whole, parts: [part], expired: part.expired, recipients: part.recipients };
    }
    const bundle = readBundleHeader(envelope.header, path);
    const parts = bundleParts(envelope, bundle).map((part) => {
      proveEnvelope(part);
      return provedPart(part, nowMs);
    });
    const recipients = new Set([...recipientsOf(envelope), ...parts.flatMap((part) => part.recipients)]);
    return { ...whole, bundle, parts, expired: parts.some((part) => part.expired), recipients: [...recipients] };
  } finally {
    file.close();
  }
}

/**
 * The parts of a bundle, taken apart.
 *
 * @throws {Fault} filter/tampered and the codes of readEnvelope, also for a bundle in a bundle.
 */
export function bundleParts({ body, file }: Envelope, { parts }: BundleHeader): Envelope[] {
  const end = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (end !== body.sizeBytes) throw tampered(file.place, "the parts do not fill the bundle");
  return parts.map(({ offsetBytes, sizeBytes, name, release }) => {
    const part = readEnvelope(body.part(offsetBytes, sizeBytes));
    if (part.kind !== "filter") throw tampered(file.place, "a bundle in a bundle");
    const header = readFilterHeader(part.header, file.place);
    if (header.name !== name || header.release !== release) throw tampered(file.place, "a part is not the named one");
    return part;
  });
}

/**
 * Whether a part is past its date.
 *
 * @throws {Fault} filter/expired past graceUntil.
 */
export function isExpired(header: FilterHeader, nowMs: number, place: string): boolean {
  // Negated, so that no number at all counts as too late.
  if (!(nowMs <= Date.parse(header.graceUntil))) {
    const values = { name: header.name, until: header.graceUntil.slice(0, 10) };
    throw filtersFault("filter/expired", `past ${header.graceUntil}`, { place, values });
  }
  return !(nowMs <= Date.parse(header.validUntil));
}

function provedPart(envelope: Envelope, nowMs: number): VerifiedPart {
  const header = readFilterHeader(envelope.header, envelope.file.place);
  const expired = isExpired(header, nowMs, envelope.file.place);
  return { header, signedBy: envelope.signer, expired, recipients: recipientsOf(envelope) };
}

function recipientsOf({ slots }: Envelope): string[] {
  return slots.map((slot) => slot.recipient);
}
