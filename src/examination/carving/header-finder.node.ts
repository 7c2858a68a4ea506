import { kernelBytes } from "#base/machine/node";
import { finderOver, type HeaderFinder, HITS_MOST, OVERLAP_BYTES, plainFinder, WINDOW_BYTES } from "./header-finder.ts";
import { siftTables } from "./header-kind.ts";

/** What kernels/headers.ts exports. */
interface HeaderExports {
  headers(...numbers: number[]): number;
}

const TABLES_AT = 32_768;
const HITS_AT = 65_536;
const WINDOW_AT = 131_072;

let compiled: WebAssembly.Module | undefined;

/** Opens the finder with its kernel, and 2 MiB of its own; the TypeScript twin where the kernel was not built. */
export function openHeaderFinder(): HeaderFinder {
  if (compiled === undefined) {
    const bytes = kernelBytes("carving", "headers");
    if (bytes === undefined) return plainFinder();
    compiled = new WebAssembly.Module(bytes);
  }
  const pages = Math.ceil((WINDOW_AT + WINDOW_BYTES + OVERLAP_BYTES) / 65_536);
  // The limit is the one its module was built with.
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65_536, shared: true });
  const kernel = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as HeaderExports;
  const window = new Uint8Array(memory.buffer, WINDOW_AT, WINDOW_BYTES + OVERLAP_BYTES);
  const hits = new Uint32Array(memory.buffer, HITS_AT, HITS_MOST);
  new Uint8Array(memory.buffer).set(siftTables(), TABLES_AT);
  return finderOver(window, hits, ([from, to]) => kernel.headers(WINDOW_AT, from, to, HITS_AT, HITS_MOST, TABLES_AT));
}
