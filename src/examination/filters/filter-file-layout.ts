import { utf8 } from "#base/values";
import { filtersFault } from "./faults.ts";

// A filter file, little-endian (docs/formats/filter.md):
// preamble 32 B | header, canonical JSON | body | u32 slotsBytes | slots, canonical JSON | signer 32 B | two signatures, 64 B each.
// The body is one sealed payload (kind 1), or whole filter files one after another (kind 2, a bundle).

/** "PHUMF" between bytes that a transfer as text would change. */
const MAGIC = Uint8Array.of(0x89, 0x50, 0x48, 0x55, 0x4d, 0x46, 0x0d, 0x0a);
const VERSION = 1;
export const PREAMBLE_BYTES = 32;
export const SLOTS_LENGTH_BYTES = 4;
export const SIGNER_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const TAIL_BYTES = SIGNER_BYTES + 2 * SIGNATURE_BYTES;
const HEADER_MAX_BYTES = 2 ** 20;
export const SLOTS_MAX_BYTES = 2 ** 23;

/** What the first signature covers, after this text: SHA-256 of the file from its start to the body's end. */
export const CONTENTS_STATEMENT = utf8("phum-filter/1 contents\0");
/** What the second covers, after this text: that same digest, then SHA-256 of the slots. */
export const SLOTS_STATEMENT = utf8("phum-filter/1 recipients\0");

export type FileKind = "filter" | "bundle";
const KINDS = ["filter", "bundle"] as const;

/** The first 32 bytes: what follows and how long it is. */
export interface Preamble {
  kind: FileKind;
  headerBytes: number;
  bodyBytes: number;
}

/** Bytes of a preamble: magic, u32 version, u32 kind (1, 2), u32 headerBytes, u32 0, u64 bodyBytes. */
export function encodePreamble({ kind, headerBytes, bodyBytes }: Preamble): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PREAMBLE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, VERSION, true);
  view.setUint32(12, KINDS.indexOf(kind) + 1, true);
  view.setUint32(16, headerBytes, true);
  view.setBigUint64(24, BigInt(bodyBytes), true);
  return bytes;
}

/**
 * Reads a preamble.
 *
 * @param bytes The file's first 32 bytes, or all it has.
 * @throws {Fault} filter/not-a-filter, filter/version, filter/truncated, filter/tampered.
 */
export function decodePreamble(bytes: Uint8Array, place: string): Preamble {
  const magic = bytes.subarray(0, MAGIC.length);
  if (magic.length === 0 || magic.some((byte, i) => byte !== MAGIC[i])) {
    throw filtersFault("filter/not-a-filter", "no magic number", { place, values: { place } });
  }
  if (bytes.length < PREAMBLE_BYTES) throw truncated(place);
  const view = new DataView(bytes.buffer, bytes.byteOffset, PREAMBLE_BYTES);
  const version = view.getUint32(8, true);
  if (version !== VERSION) throw otherVersion(place, version);
  const kind = KINDS[view.getUint32(12, true) - 1];
  const headerBytes = view.getUint32(16, true);
  const bodyBytes = Number(view.getBigUint64(24, true));
  if (kind === undefined || headerBytes > HEADER_MAX_BYTES || view.getUint32(20, true) !== 0) {
    throw tampered(place, "impossible preamble");
  }
  if (!Number.isSafeInteger(bodyBytes)) throw truncated(place);
  return { kind, headerBytes, bodyBytes };
}

/** A file that ends before what it announces. */
export function truncated(place: string): Error {
  return filtersFault("filter/truncated", "the file ends early", { place, values: { place } });
}

/** A file whose bytes are not the signed ones. */
export function tampered(place: string, why: string, cause?: unknown): Error {
  return filtersFault("filter/tampered", why, { place, values: { place }, cause });
}

/** A file of a version this program does not read. */
export function otherVersion(place: string, version: string | number): Error {
  return filtersFault("filter/version", `version ${version} is not known`, { place, values: { place, version } });
}
