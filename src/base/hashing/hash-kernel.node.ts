import { kernelBytes } from "#base/machine/node";
import type { FingerprintKeys } from "./fingerprint.ts";
import type { HashKernel } from "./hash-kernel.ts";
import { hashTwin } from "./hash-twin.ts";

/** What kernels/fingerprint.ts exports; WASM takes plain numbers, one after the other. */
interface FingerprintExports {
  sectors(dataAt: number, count: number, keys: number, hashes: number, flags: number): void;
  blockHashes(...numbers: number[]): number;
  fingerprints(...numbers: number[]): number;
  sip(blockHashesAt: number, count: number, sip: number, fingerprints: number): void;
  histogram(dataAt: number, length: number, histogramAt: number): void;
}

let compiled: WebAssembly.Module | undefined;

/**
 * Opens the fingerprint kernel over a memory; its TypeScript twin where the kernel was not built.
 *
 * @param memory Shared, at most 65,536 pages.
 */
export function openHashKernel(memory: WebAssembly.Memory): HashKernel {
  if (compiled === undefined) {
    const bytes = kernelBytes("hashing", "fingerprint");
    if (bytes === undefined) return hashTwin(memory);
    compiled = new WebAssembly.Module(bytes);
  }
  const kernel = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as FingerprintExports;
  return {
    sectors: (dataAt, count, at) => kernel.sectors(dataAt, count, at.keys, at.hashes, at.flags),
    fingerprints: (hashesAt, { count, step }, at) =>
      kernel.fingerprints(hashesAt, count, step, at.keys, at.flags, at.sip, at.fingerprints, at.starts),
    blockHashes: (hashesAt, { count, step }, at) =>
      kernel.blockHashes(hashesAt, count, step, at.keys, at.flags, at.blockHashes, at.starts),
    sip: (blockHashesAt, count, at) => kernel.sip(blockHashesAt, count, at.sip, at.fingerprints),
    histogram: (dataAt, length, histogramAt) => kernel.histogram(dataAt, length, histogramAt),
  };
}

/**
 * Writes a set's and a release's keys where a kernel expects them.
 *
 * @param at Addresses: KEYS_BYTES at `keys`, SIP_BYTES at `sip`.
 */
export function placeKeys(memory: WebAssembly.Memory, keys: FingerprintKeys, at: { keys: number; sip: number }): void {
  new Uint32Array(memory.buffer, at.keys, 136).set(keys.sectorKey);
  new Uint32Array(memory.buffer, at.keys + 544, 40).set(keys.blockKey);
  new Uint8Array(memory.buffer, at.sip, 16).set(keys.sipKey);
}
