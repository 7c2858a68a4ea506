import { BLOCK_BYTES, SECTOR_BYTES } from "./geometry.ts";
import { nh } from "./nh.ts";
import { sipHash } from "./sip-hash.ts";

/** Secrets a fingerprint is made with; the first two belong to a set and live long, the third to one release. */
export interface FingerprintKeys {
  /** 136 words. */
  sectorKey: Uint32Array;
  /** 40 words. */
  blockKey: Uint32Array;
  /** 16 bytes. */
  sipKey: Uint8Array;
}

/** Bytes of a sector hash and of a block hash. */
export const HASH_BYTES = 16;

/**
 * Keyed hash of one sector: NH over its 128 words.
 *
 * @param sector 512 bytes.
 * @returns 16 bytes: pass 1, pass 2, little-endian.
 * @throws {RangeError} When the sector is not 512 bytes long.
 * @see docs/formats/fingerprint.md
 */
export function sectorHash(sector: Uint8Array, keys: Pick<FingerprintKeys, "sectorKey">): Uint8Array<ArrayBuffer> {
  expectLength("sector", sector, SECTOR_BYTES);
  return hashBytes(nh(wordsOf(sector), keys.sectorKey));
}

/**
 * Keyed hash of one block before the release key: NH over its eight sector hashes.
 *
 * @param block 4096 bytes.
 * @returns 16 bytes; what a builder keeps (confidential), so that a later release needs no original.
 * @throws {RangeError} When the block is not 4096 bytes long.
 */
export function blockHash(block: Uint8Array, keys: Omit<FingerprintKeys, "sipKey">): Uint8Array<ArrayBuffer> {
  expectLength("block", block, BLOCK_BYTES);
  const hashes = new Uint8Array((BLOCK_BYTES / SECTOR_BYTES) * HASH_BYTES);
  for (let at = 0, to = 0; at < BLOCK_BYTES; at += SECTOR_BYTES, to += HASH_BYTES) {
    hashes.set(sectorHash(block.subarray(at, at + SECTOR_BYTES), keys), to);
  }
  return hashBytes(nh(wordsOf(hashes), keys.blockKey));
}

/**
 * The 64-bit fingerprint of one block: SipHash-2-4 of its block hash.
 *
 * @param block 4096 bytes.
 * @throws {RangeError} When the block is not 4096 bytes long.
 */
export function fingerprintOf(block: Uint8Array, keys: FingerprintKeys): bigint {
  return sipHash(keys.sipKey, blockHash(block, keys));
}

/**
 * Whether a sector says nothing: all its 16-byte lanes are equal (zeros, one byte, any pattern that repeats within 16).
 *
 * @param sector 512 bytes.
 */
export function isBlankSector(sector: Uint8Array): boolean {
  return sector.every((byte, at) => byte === sector[at % 16]);
}

function expectLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length) {
    throw new RangeError(`Cannot hash: a ${what} must be ${length} bytes, current length is ${bytes.length}`);
  }
}

function wordsOf(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

function hashBytes([one, two]: [bigint, bigint]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HASH_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, one, true);
  view.setBigUint64(8, two, true);
  return bytes;
}
