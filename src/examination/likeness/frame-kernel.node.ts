import { type GreyPicture, reduceFrame, tapsOf } from "./frame-reduce.ts";
import { openPdqInstance, type PdqInstance } from "./pdq-kernel.node.ts";
import { type Coefficients, SIDE_LEAST, smallCoefficients } from "./pdq-twin.ts";

/** A longer side goes the readable way; its taps alone would be 130 for each output. */
const SIDE_MOST = 8192;
const PIXELS_MOST = 2 ** 25;
/** Starts, firsts, and weights of 64 outputs with at most 130 taps each. */
const TAPS_BYTES = 256 + 260 + 64 * 130 * 4 + 12;
const ROW_BYTES = 4 * (SIDE_MOST + 16);
const PAGE_BYTES = 65_536;

/**
 * Opens the kernel for frames over a memory of its own, which grows with the frames; its TypeScript twin where the kernel was not built.
 *
 * @returns A function (grey frame of any size) → coefficients; not to be called by two at once.
 */
export function openFrameKernel(): (frame: GreyPicture) => Coefficients {
  const twin = (frame: GreyPicture): Coefficients => smallCoefficients(reduceFrame(frame));
  const opened = openPdqInstance(Math.ceil((PIXELS_MOST + 2 ** 20) / PAGE_BYTES));
  if (opened === undefined) return twin;
  const down = opened.free;
  const [across, row] = [down + TAPS_BYTES, down + 2 * TAPS_BYTES];
  const pixels = row + ROW_BYTES;
  let [width, height] = [0, 0];
  return (frame) => {
    const sides = [frame.width, frame.height];
    if (Math.min(...sides) < SIDE_LEAST || Math.max(...sides) > SIDE_MOST) return twin(frame);
    const pixelBytes = frame.width * frame.height;
    if (pixelBytes > PIXELS_MOST) return twin(frame);
    const missing = pixels + pixelBytes + 16 - opened.memory.buffer.byteLength;
    if (missing > 0) opened.memory.grow(Math.ceil(missing / PAGE_BYTES));
    if (frame.height !== height) placeTaps(opened, down, frame.height);
    if (frame.width !== width) placeTaps(opened, across, frame.width);
    [width, height] = [frame.width, frame.height];
    new Uint8Array(opened.memory.buffer, pixels).set(frame.pixels.subarray(0, pixelBytes));
    const { tables, work, out } = opened;
    const places = [down, across, row, tables, work, out];
    const quality = opened.kernel.frameCoefficients(pixels, width, frame.limited ? 1 : 0, ...places);
    return { values: new Float32Array(opened.memory.buffer, out, 256).slice(), quality };
  };
}

function placeTaps({ memory }: PdqInstance, at: number, length: number): void {
  const { starts, firsts, weights } = tapsOf(length);
  new Int32Array(memory.buffer, at, 64).set(starts);
  new Int32Array(memory.buffer, at + 256, 65).set(firsts);
  new Float32Array(memory.buffer, at + 516, weights.length).set(weights);
}
