import { kernelBytes } from "#base/machine/node";
import { type Lookup, referenceLookup } from "./fuse-lookup.ts";

interface FuseExports {
  lookup(fingerprintsAt: number, count: number, setAt: number, hitsAt: number): number;
  ascending(keysAt: number, keys: number): number;
  build(keysAt: number, keys: number, workAt: number, seed: bigint, length: number, span: number): number;
}

let compiled: WebAssembly.Module | undefined;

/** The kernel's functions over a memory; undefined where the kernel was not built. */
export function fuseExports(memory: WebAssembly.Memory): FuseExports | undefined {
  if (compiled === undefined) {
    const bytes = kernelBytes("filters", "fuse");
    if (bytes === undefined) return undefined;
    compiled = new WebAssembly.Module(bytes);
  }
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as FuseExports;
}

/** Batch lookup over a shared memory: the WASM kernel, or its TypeScript twin where the kernel was not built. */
export function openLookup(memory: WebAssembly.Memory): Lookup {
  const kernel = fuseExports(memory);
  if (kernel === undefined) return referenceLookup(memory);
  return {
    lookup: (...batch) => kernel.lookup(...batch) >>> 0,
  };
}
