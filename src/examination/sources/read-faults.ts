import type { OpenBytes, ReadFaultRange, ReadFaults } from "./open-bytes.ts";
import { ReadError } from "./read-error.ts";

const DAY_MS = 86_400_000;

/**
 * A source that fails like a dying disk: for tests and practice only, never on the way of an examination.
 *
 * "slow" and "hang" block the reading thread itself (Atomics.wait), as a read in the kernel does: no timer, signal or
 * message reaches it meanwhile; only ending the thread or the process helps.
 *
 * @param open The source that is read where no fault stands.
 * @param vanished One shared cell for all readers of the source: set to 1 when the device "was pulled out".
 * @throws {RangeError} For a range without bytes.
 */
export function withReadFaults(
  open: OpenBytes,
  faults: ReadFaults,
  vanished: Int32Array = new Int32Array(new SharedArrayBuffer(4)),
): OpenBytes {
  const ranges = (faults.ranges ?? []).map((range) => ({ ...range, left: range.times ?? Number.POSITIVE_INFINITY }));
  for (const { startByte, endByte } of ranges) {
    if (!(startByte >= 0 && endByte > startByte)) {
      throw new RangeError(`Cannot plant a fault: it must span bytes, current range is ${startByte} to ${endByte}`);
    }
  }
  const vanishAt = faults.vanishAtByte ?? Number.POSITIVE_INFINITY;
  const readSync = (view: Uint8Array, offsetBytes: number): number => {
    const endByte = Math.min(offsetBytes + view.length, open.sizeBytes);
    if (vanishAt >= offsetBytes && vanishAt < endByte) Atomics.store(vanished, 0, 1);
    if (Atomics.load(vanished, 0) === 1) throw new ReadError("vanished", "ENODEV", { offsetBytes, goodBytes: 0 });
    for (const range of ranges) {
      if (range.left <= 0 || range.startByte >= endByte || range.endByte <= offsetBytes) continue;
      range.left--;
      strike(range, { open, view, offsetBytes });
    }
    return open.readSync(view, offsetBytes);
  };
  return { sizeBytes: open.sizeBytes, direct: open.direct, handles: open.handles, readSync, close: () => open.close() };
}

function strike(
  range: ReadFaultRange,
  { open, view, offsetBytes }: { open: OpenBytes; view: Uint8Array; offsetBytes: number },
): void {
  if (range.kind !== "error") {
    block(range.kind === "hang" ? Number.POSITIVE_INFINITY : Math.min(range.ms ?? 0, DAY_MS));
    return;
  }
  const goodBytes = Math.max(0, range.startByte - offsetBytes);
  if (goodBytes > 0) open.readSync(view.subarray(0, goodBytes), offsetBytes);
  throw new ReadError("input-error", "EIO", { offsetBytes: offsetBytes + goodBytes, goodBytes });
}

function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
