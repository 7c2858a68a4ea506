import { kernelBytes } from "#base/machine/node";
import { nearestPixels, type Pixels } from "#examination/pictures";
import { openNearestPixels } from "#examination/pictures/node";
import { dctRows } from "./pdq-dct.ts";
import { SIDE_MOST, sideTaps } from "./pdq-taps.ts";
import { type Coefficients, coefficientsTwin, SIDE_LEAST } from "./pdq-twin.ts";

/** What kernels/pdq.ts exports; WASM takes plain numbers, one after the other. */
interface PdqExports {
  coefficients(...numbers: number[]): number;
  frameCoefficients(...numbers: number[]): number;
}

const TABLES = 1024;
const TABLES_BYTES = 2 * (256 + 1792) + 2 * 4096;
const WORK = TABLES + TABLES_BYTES;
const WORK_BYTES = 516 * 4 + 64 * 64 * 4 + 16 * 64 * 4;
const OUT = WORK + WORK_BYTES;
const PIXELS = 65_536;
const MEMORY_PAGES = 1 + Math.ceil((SIDE_MOST * SIDE_MOST * 3 + 64) / 65_536);

let compiled: WebAssembly.Module | undefined;

/** A kernel with its memory and what stands in it. */
export interface PdqInstance {
  kernel: PdqExports;
  memory: WebAssembly.Memory;
  /** Where these begin; from `free` on nothing stands. */
  tables: number;
  work: number;
  out: number;
  free: number;
}

/** A kernel over a memory of its own that may grow to so many pages; undefined where it was not built. */
export function openPdqInstance(pagesMost: number): PdqInstance | undefined {
  if (compiled === undefined) {
    const bytes = kernelBytes("likeness", "pdq");
    if (bytes === undefined) return undefined;
    compiled = new WebAssembly.Module(bytes);
  }
  const memory = new WebAssembly.Memory({ initial: 1, maximum: pagesMost, shared: true });
  const kernel = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as PdqExports;
  const transposed = Float32Array.from({ length: 1024 }, (_, at) => dctRows[(at % 16) * 64 + (at >> 4)] ?? 0);
  new Float32Array(memory.buffer, TABLES + 4096, 2048).set([...dctRows, ...transposed]);
  return { kernel, memory, tables: TABLES, work: WORK, out: OUT, free: PIXELS };
}

/**
 * Opens the kernel of PDQ over a memory of its own (1 MB); its TypeScript twin where the kernel was not built.
 *
 * @returns A function (pixels of any size) → coefficients; not to be called by two at once.
 */
export function openPdqKernel(): (pixels: Pixels) => Coefficients {
  const opened = openPdqInstance(MEMORY_PAGES);
  if (opened === undefined) return (pixels) => coefficientsTwin(nearestPixels(pixels, SIDE_MOST));
  const { kernel, memory } = opened;
  memory.grow(MEMORY_PAGES - 1);
  const nearest = openNearestPixels();
  let [width, height] = [0, 0];
  return (picture) => {
    const small = nearest(picture, SIDE_MOST);
    if (small.width < SIDE_LEAST || small.height < SIDE_LEAST) return coefficientsTwin(small);
    if (small.height !== height) placeTaps(memory, TABLES, small.height);
    if (small.width !== width) placeTaps(memory, TABLES + 2048, small.width);
    [width, height] = [small.width, small.height];
    new Uint8Array(memory.buffer, PIXELS).set(small.pixels);
    const quality = kernel.coefficients(PIXELS, width, height, small.channels, TABLES, WORK, OUT);
    return { values: new Float32Array(memory.buffer, OUT, 256).slice(), quality };
  };
}

function placeTaps(memory: WebAssembly.Memory, at: number, length: number): void {
  const { starts, weights } = sideTaps(length);
  new Int32Array(memory.buffer, at, 64).set(starts);
  new Float32Array(memory.buffer, at + 256, 448).set(weights);
}
