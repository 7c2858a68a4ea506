import { kernelBytes } from "#base/machine/node";
import { nearestPixels, type Pixels } from "./reduce-pixels.ts";

/** What kernels/nearest.ts exports; WASM takes plain numbers, one after the other. */
interface NearestExports {
  take(...numbers: number[]): void;
}

/** What the kernel is built for: larger sides go the readable way. */
const SIDE_MOST = 512;
const GROUP_BYTES = 16;
const [ROWS, BASES] = [1024, 4096];
const MASKS = 8192;
const OUT = 32_768;
/** Behind 512 x 512 x 3 bytes. */
const IN = 2 ** 20;
/** Rows are brought in by so much at once: little enough to stay in the processor's cache. */
const IN_BYTES = 2 ** 19;
const PAGE_BYTES = 65_536;

let compiled: WebAssembly.Module | undefined;

/**
 * Opens `nearestPixels` as a kernel over a memory of its own (1.6 MB); the readable way where the kernel was not built.
 *
 * @returns Its pixels are valid until the next call, and not to be asked for by two at once.
 */
export function openNearestPixels(): typeof nearestPixels {
  if (compiled === undefined) {
    const bytes = kernelBytes("pictures", "nearest");
    if (bytes === undefined) return nearestPixels;
    compiled = new WebAssembly.Module(bytes);
  }
  const pages = Math.ceil((IN + IN_BYTES + GROUP_BYTES) / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const kernel = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as NearestExports;
  const reduction = { memory, bytes: new Uint8Array(memory.buffer), rows: new Int32Array(memory.buffer, ROWS), kernel };
  let columns: Columns | undefined;
  return (plane, side) => {
    const { width, height, channels } = plane;
    if (width <= side && height <= side) return plane;
    if (side > SIDE_MOST || width * channels > IN_BYTES) return nearestPixels(plane, side);
    if (columns?.width !== width || columns.channels !== channels || columns.side !== side)
      columns = placeColumns(memory, { width, channels, side });
    takeRows(reduction, plane, columns);
    return { width: side, height: side, channels, pixels: reduction.bytes.subarray(OUT, OUT + side * side * channels) };
  };
}

/** Which bytes of a row are taken, in groups. */
interface Columns {
  width: number;
  channels: 1 | 3;
  side: number;
  /** Bytes that each group gives. */
  step: number;
  groups: number;
}

/** Writes the groups into the kernel's memory: as many outputs each as lie within 16 bytes everywhere in the row. */
function placeColumns(memory: WebAssembly.Memory, of: Pick<Columns, "width" | "channels" | "side">): Columns {
  const { width, channels, side } = of;
  const byteOf = (output: number): number =>
    Math.floor((Math.floor(output / channels) * width) / side) * channels + (output % channels);
  let pixels = channels === 1 ? 16 : 4;
  while (pixels > 1 && widest(pixels * channels, side * channels, byteOf) > GROUP_BYTES) pixels >>= 1;
  const step = pixels * channels;
  const groups = Math.ceil((side * channels) / step);
  const bases = new Int32Array(memory.buffer, BASES, groups);
  const masks = new Uint8Array(memory.buffer, MASKS, groups * GROUP_BYTES);
  for (let group = 0; group < groups; group++) {
    const base = byteOf(group * step);
    bases[group] = base;
    for (let i = 0; i < step; i++) masks[group * GROUP_BYTES + i] = byteOf(group * step + i) - base;
  }
  return { ...of, step, groups };
}

/** Bytes of the row that the widest group spans. */
function widest(step: number, outputs: number, byteOf: (output: number) => number): number {
  let most = 0;
  for (let first = 0; first < outputs; first += step)
    most = Math.max(most, byteOf(first + step - 1) - byteOf(first) + 1);
  return most;
}

interface Reduction {
  memory: WebAssembly.Memory;
  bytes: Uint8Array;
  rows: Int32Array;
  kernel: NearestExports;
}

function takeRows({ bytes, rows, kernel }: Reduction, plane: Pixels, { side, step, groups }: Columns): void {
  const { width, height, channels, pixels } = plane;
  const [rowBytes, outRow] = [width * channels, side * channels];
  const rowOf = (y: number): number => Math.floor((y * height) / side);
  for (let from = 0; from < side; ) {
    let [count, filled, last] = [0, 0, -1];
    for (; from + count < side; count++) {
      const row = rowOf(from + count);
      if (row !== last) {
        if (filled + rowBytes > IN_BYTES) break;
        bytes.set(pixels.subarray(row * rowBytes, (row + 1) * rowBytes), IN + filled);
        filled += rowBytes;
      }
      rows[count] = filled - rowBytes;
      last = row;
    }
    kernel.take(IN, ROWS, count, BASES, MASKS, groups, step, OUT + from * outRow, outRow);
    from += count;
  }
}
