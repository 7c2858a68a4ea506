import { HASH_BYTES, isBlankSector } from "./fingerprint.ts";
import { SECTOR_BYTES } from "./geometry.ts";
import type { BlockStarts, HashKernel } from "./hash-kernel.ts";
import { nh } from "./nh.ts";
import { sipHash } from "./sip-hash.ts";

const SECTOR_WORDS = SECTOR_BYTES / 4;
const BLOCK_WORDS = 32;
const SECTOR_KEY_WORDS = 136;
const BLOCK_KEY_WORDS = 40;

/**
 * The kernel's twin in TypeScript over the same memory and layout: for tests, and where no kernel was built (some
 * hundred times slower). Little-endian machines only, as all that run Phum.
 */
export function hashTwin(memory: WebAssembly.Memory): HashKernel {
  const words = (at: number, count: number) => new Uint32Array(memory.buffer, at, count);
  const bytes = (at: number, count: number) => new Uint8Array(memory.buffer, at, count);
  const put = (at: number, value: bigint) => new DataView(memory.buffer).setBigUint64(at, value, true);

  const blockHashes: HashKernel["blockHashes"] = (hashesAt, starts, at) => {
    const key = words(at.keys + 4 * SECTOR_KEY_WORDS, BLOCK_KEY_WORDS);
    const found = lookedAt(starts, (start) => bytes(at.flags + start, 8));
    found.forEach((start, i) => {
      const [one, two] = nh(words(hashesAt + HASH_BYTES * start, BLOCK_WORDS), key);
      put(at.blockHashes + HASH_BYTES * i, one);
      put(at.blockHashes + HASH_BYTES * i + 8, two);
    });
    words(at.starts, found.length).set(found);
    return found.length;
  };

  return {
    sectors(dataAt, count, at) {
      const key = words(at.keys, SECTOR_KEY_WORDS);
      for (let i = 0; i < count; i++) {
        const from = dataAt + SECTOR_BYTES * i;
        const [one, two] = nh(words(from, SECTOR_WORDS), key);
        put(at.hashes + HASH_BYTES * i, one);
        put(at.hashes + HASH_BYTES * i + 8, two);
        bytes(at.flags + i, 1)[0] = isBlankSector(bytes(from, SECTOR_BYTES)) ? 1 : 0;
      }
    },
    blockHashes,
    fingerprints(hashesAt, starts, at) {
      const blockKey = words(at.keys + 4 * SECTOR_KEY_WORDS, BLOCK_KEY_WORDS);
      const sipKey = bytes(at.sip, 16);
      const found = lookedAt(starts, (start) => bytes(at.flags + start, 8));
      const hash = new BigUint64Array(2);
      found.forEach((start, i) => {
        hash.set(nh(words(hashesAt + HASH_BYTES * start, BLOCK_WORDS), blockKey));
        put(at.fingerprints + 8 * i, sipHash(sipKey, new Uint8Array(hash.buffer)));
      });
      words(at.starts, found.length).set(found);
      return found.length;
    },
    sip(blockHashesAt, count, at) {
      for (let i = 0; i < count; i++) {
        const hash = bytes(blockHashesAt + HASH_BYTES * i, HASH_BYTES);
        put(at.fingerprints + 8 * i, sipHash(bytes(at.sip, 16), hash));
      }
    },
    histogram(dataAt, length, histogramAt) {
      const counts = words(histogramAt, 256);
      for (const byte of bytes(dataAt, length)) counts[byte] = (counts[byte] ?? 0) + 1;
    },
  };
}

/** The starts whose eight sectors are not all blank. */
function lookedAt(starts: BlockStarts, flagsOf: (start: number) => Uint8Array): number[] {
  const found: number[] = [];
  for (let start = 0; start < starts.count; start += starts.step) {
    if (flagsOf(start).some((flag) => flag === 0)) found.push(start);
  }
  return found;
}
