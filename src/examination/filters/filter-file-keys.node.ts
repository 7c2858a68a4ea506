import { createHash, createHmac } from "node:crypto";
import { BLOCK_BYTES, type FingerprintKeys } from "#base/hashing";
import { deriveSetKeys, deriveSipKey, hmacBatch } from "#base/hashing/node";
import { toHex, utf8 } from "#base/values";
import { DIGEST_TAG_BYTES, SIZE_TAG_BYTES } from "./filter-file-payload.ts";
import type { DigestAlgorithm } from "./filter-header.ts";

/** The two secrets of a filter, 32 bytes each. */
export interface FilterKeys {
  setKey: Uint8Array;
  releaseKey: Uint8Array;
}

const KEY_ID_BYTES = 16;
const SIZES_AT_ONCE = 1024;

/** Names of the keys: equal keys have equal names, nothing else follows from a name. */
export function keyIds({ setKey, releaseKey }: FilterKeys): { set: string; release: string } {
  return {
    set: toHex(tag(setKey, "phum/1 set id").subarray(0, KEY_ID_BYTES)),
    release: toHex(tag(releaseKey, "phum/1 release id").subarray(0, KEY_ID_BYTES)),
  };
}

/** Everything that fingerprints a block for this filter. */
export function fingerprintKeys({ setKey, releaseKey }: FilterKeys): FingerprintKeys {
  return { ...deriveSetKeys(setKey), sipKey: deriveSipKey(releaseKey) };
}

/** A shard's seed for one attempt: new with every release, so that a random hit does not repeat in the next one. */
export function shardSeed(releaseKey: Uint8Array, shard: number, attempt: number): bigint {
  return tag(releaseKey, `phum/1 shard ${shard} ${attempt}`).readBigUInt64LE(0);
}

/** What stands for a file's size: HMAC-SHA-256(releaseKey, "size" 0 u64), 8 bytes. */
export function sizeTag(releaseKey: Uint8Array, sizeBytes: number): bigint {
  return tag(releaseKey, "size\0", u64(sizeBytes)).subarray(0, SIZE_TAG_BYTES).readBigUInt64LE(0);
}

/** sizeTag() of many sizes. */
export function sizeTags(releaseKey: Uint8Array, sizes: BigUint64Array): BigUint64Array {
  const label = utf8("size\0");
  const { bytes, stride, tags, capacity, run } = hmacBatch(releaseKey, label.length + 8, SIZES_AT_ONCE);
  const [numbers, made] = [new DataView(bytes.buffer, bytes.byteOffset), new BigUint64Array(sizes.length)];
  for (let i = 0; i < capacity; i++) bytes.set(label, i * stride);
  const words = new DataView(made.buffer);
  for (let from = 0; from < sizes.length; from += capacity) {
    const count = Math.min(capacity, sizes.length - from);
    for (let i = 0; i < count; i++) numbers.setBigUint64(i * stride + label.length, sizes[from + i] ?? 0n, true);
    run(count);
    for (let i = 0; i < 2 * count; i++) words.setUint32(8 * from + 4 * i, tags[i] ?? 0);
  }
  return made;
}

/** What stands for a whole file: HMAC-SHA-256(releaseKey, algorithm 0 size u64 digest), 16 bytes. */
export function digestTag(
  releaseKey: Uint8Array,
  file: { algorithm: DigestAlgorithm; sizeBytes: number },
  digest: Uint8Array,
): Buffer {
  return tag(releaseKey, `${file.algorithm}\0`, u64(file.sizeBytes), digest).subarray(0, DIGEST_TAG_BYTES);
}

/**
 * Synthetic block `number` of the self-test: SHA-256("phum test block" 0 u32 number u32 i), i = 0 to 127, one after another.
 */
export function vectorBlock(number: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK_BYTES);
  for (let i = 0; i < BLOCK_BYTES / 32; i++) {
    const counters = Buffer.alloc(8);
    counters.writeUInt32LE(number, 0);
    counters.writeUInt32LE(i, 4);
    block.set(createHash("sha256").update("phum test block\0").update(counters).digest(), 32 * i);
  }
  return block;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function tag(key: Uint8Array, label: string, ...rest: Uint8Array[]): Buffer {
  const hmac = createHmac("sha256", key).update(utf8(label));
  for (const bytes of rest) hmac.update(bytes);
  return hmac.digest();
}
