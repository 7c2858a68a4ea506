import type { BundleHeader, FilterHeader } from "./filter-header.ts";

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
  /** The trusted key that signed the file. */
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
  throw new Error(`not written yet ${path} ${trust} ${nowMs}`);
}
