import type { FingerprintKeys } from "#base/hashing";
import type { Identity } from "#base/signing/node";
import type { DigestAlgorithm, FilterHeader } from "./filter-header.ts";

/** What opens a filter, without an officer's identity: secrets, in JSON for the scanning process. Never written down. */
export interface FilterUnlock {
  parts: { releaseSecret: string }[];
}

/** One opened part. */
export interface OpenPart {
  header: FilterHeader;
  /** Equal for parts whose blocks need be hashed only once. */
  setKeyId: string;
  keys: FingerprintKeys;
  /** Bytes that loadScanPlane needs, a multiple of 16. */
  scanBytes: number;
  /** Decrypts shard descriptors and the scanned plane straight into memory at a 16-aligned address; then checks known members. */
  loadScanPlane(memory: WebAssembly.Memory, at: number): void;
  /** Whether all 48 check bits of a fingerprint stand; reads the second plane from the file as needed. */
  confirm(fingerprint: bigint): boolean;
  /** Whether some listed whole file has this size. */
  sizeListed(sizeBytes: number): boolean;
  digestListed(algorithm: DigestAlgorithm, sizeBytes: number, digest: Uint8Array): boolean;
  /** Algorithms with at least one digest. */
  algorithms: DigestAlgorithm[];
}

/** An opened filter; holds its file open until close(). */
export interface OpenFilter {
  parts: OpenPart[];
  close(): void;
}

/**
 * Takes the release secrets out of the slots that are sealed to this officer.
 *
 * @throws {Fault} filter/not-a-recipient, and the codes of a damaged file.
 */
export async function unlockFilter(path: string, identity: Identity): Promise<FilterUnlock> {
  throw new Error(`not written yet ${path} ${identity}`);
}

/**
 * Opens the sealed payloads, checks the test vectors, reads keys and whole-file tables; planes come on loadScanPlane().
 *
 * @throws {Fault} filter/wrong-key, filter/tampered, filter/truncated, filter/version, filter/category, filter/expired, filter/self-test.
 */
export async function openFilter(path: string, unlock: FilterUnlock, nowMs: number): Promise<OpenFilter> {
  throw new Error(`not written yet ${path} ${unlock} ${nowMs}`);
}
