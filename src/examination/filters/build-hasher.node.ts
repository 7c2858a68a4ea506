import { BLOCK_BYTES, type FingerprintKeys, HASH_BYTES, SECTOR_BYTES } from "#base/hashing";
import { KEYS_BYTES, openHashKernel, placeKeys, SIP_BYTES } from "#base/hashing/node";

/** Bytes read and hashed at once. */
export const CHUNK_BYTES = 4 << 20;
const CHUNK_SECTORS = CHUNK_BYTES / SECTOR_BYTES;
const CHUNK_BLOCKS = CHUNK_BYTES / BLOCK_BYTES;
const PAGE_BYTES = 65536;

/** Hashes of the whole blocks of one chunk. Views: valid until the next hash(). */
export interface HashedChunk {
  /** Blocks that are not blank all over. */
  count: number;
  /** Of each, the number of its first sector in the chunk. */
  starts: Uint32Array;
  /** Of each, four words of block hash. */
  blockHashes: Uint32Array;
  /** Of each, two words of fingerprint, the low one first. */
  fingerprints: Uint32Array;
  /** Of every sector of the chunk, 16 bytes. */
  sectorHashes: Uint8Array;
  /** Of every sector, 1 where it repeats every 16 bytes. */
  blank: Uint8Array;
}

/** One chunk of memory and the kernel over it. */
export interface BlockHasher {
  /** CHUNK_BYTES long: read here, then call hash(). */
  bytes: Uint8Array;
  words: Uint32Array;
  /** Hashes the first `blocks` blocks at the file's own phase. */
  hash(blocks: number): HashedChunk;
  /** Byte counts of a part of the chunk. A view: valid until the next call. */
  histogram(at: number, length: number): Uint32Array;
  /** Fingerprints, two words each, of block hashes that lie in `bytes`. */
  seal(count: number): Uint32Array;
}

/** Makes a hasher; about 4.5 MB. */
export function blockHasher(keys: FingerprintKeys): BlockHasher {
  let next = PAGE_BYTES;
  const room = (bytes: number): number => {
    const at = next;
    next += Math.ceil(bytes / 16) * 16;
    return at;
  };
  const at = {
    keys: room(KEYS_BYTES),
    sip: room(SIP_BYTES),
    histogram: room(1024),
    hashes: room(CHUNK_SECTORS * HASH_BYTES),
    flags: room(CHUNK_SECTORS),
    blockHashes: room(CHUNK_BLOCKS * HASH_BYTES),
    starts: room(CHUNK_BLOCKS * 4),
    fingerprints: room((CHUNK_BYTES / HASH_BYTES) * 8),
    bytes: room(CHUNK_BYTES),
  };
  const pages = Math.ceil(next / PAGE_BYTES) + 1;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  placeKeys(memory, keys, at);
  const kernel = openHashKernel(memory);
  const words = (from: number, count: number): Uint32Array => new Uint32Array(memory.buffer, from, count);
  const histogram = words(at.histogram, 256);
  return {
    bytes: new Uint8Array(memory.buffer, at.bytes, CHUNK_BYTES),
    words: words(at.bytes, CHUNK_BYTES / 4),
    hash: (blocks) => {
      const sectors = (blocks * BLOCK_BYTES) / SECTOR_BYTES;
      const step = BLOCK_BYTES / SECTOR_BYTES;
      kernel.sectors(at.bytes, sectors, at);
      const count = kernel.blockHashes(at.hashes, { count: Math.max(0, sectors - step + 1), step }, at);
      kernel.sip(at.blockHashes, count, at);
      return {
        count,
        starts: words(at.starts, count),
        blockHashes: words(at.blockHashes, count * 4),
        fingerprints: words(at.fingerprints, count * 2),
        sectorHashes: new Uint8Array(memory.buffer, at.hashes, sectors * HASH_BYTES),
        blank: new Uint8Array(memory.buffer, at.flags, sectors),
      };
    },
    histogram: (from, length) => {
      histogram.fill(0);
      kernel.histogram(at.bytes + from, length, at.histogram);
      return histogram;
    },
    seal: (count) => {
      kernel.sip(at.bytes, count, at);
      return words(at.fingerprints, count * 2);
    },
  };
}
