import { randomFillSync } from "node:crypto";
import { PHASES, SECTOR_BYTES } from "#base/hashing";
import { deriveSetKeys, deriveSipKey, KEYS_BYTES, openHashKernel, placeKeys, SIP_BYTES } from "#base/hashing/node";

const CHUNK_BYTES = 1 << 20;
const PAGES = 64;

/**
 * How many bytes a second one thread of this computer looks at: the kernel an examination uses, over noise, at every place where
 * material may begin. Looking the fingerprints up takes about as long again (docs/design/0002-fingerprint.md): half is told.
 *
 * @param forMs How long to measure.
 */
export function measureSpeed(forMs: number): { bytesPerSecond: number } {
  const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES, shared: true });
  const sectors = CHUNK_BYTES / SECTOR_BYTES;
  const starts = sectors - PHASES + 1;
  const at = layout([CHUNK_BYTES, KEYS_BYTES, SIP_BYTES, sectors * 16, sectors, sectors * 8, sectors * 4]);
  const [data = 0, keys = 0, sip = 0, hashes = 0, flags = 0, fingerprints = 0, places = 0] = at;
  randomFillSync(Buffer.from(memory.buffer, data, CHUNK_BYTES));
  const secret = new Uint8Array(32);
  placeKeys(memory, { ...deriveSetKeys(secret), sipKey: deriveSipKey(secret) }, { keys, sip });
  const kernel = openHashKernel(memory);
  const begunMs = performance.now();
  let bytes = 0;
  while (performance.now() - begunMs < forMs) {
    kernel.sectors(data, sectors, { keys, hashes, flags });
    kernel.fingerprints(hashes, { count: starts, step: 1 }, { keys, flags, sip, fingerprints, starts: places });
    bytes += CHUNK_BYTES;
  }
  return { bytesPerSecond: ((bytes / (performance.now() - begunMs)) * 1000) / 2 };
}

/** Addresses for areas of these sizes, each on 4,096 bytes; the first 64 KiB stay unused. */
function layout(sizes: number[]): number[] {
  let next = 65_536;
  return sizes.map((size) => {
    const at = next;
    next += Math.ceil(size / 4096) * 4096;
    return at;
  });
}
