import type { Run } from "./reading.ts";

/** Step of the way in from an edge. */
const STEP_BYTES = 64 * 1024;
/** Last steps of the way back: what a medium reads at least. */
const SMALL_BYTES = 4096;

export interface SalvageOptions {
  /** Reads and notes one run. @returns bytes read from its front. */
  read(run: Run): Promise<number>;
  seconds: number;
  isOver(): boolean;
}

/**
 * Tries places again that were jumped over: each from its front until the first error, then from its end backwards.
 *
 * @returns Seconds it took; it stops between two reads once the time is up.
 */
export async function salvage(places: readonly Run[], { read, seconds, isOver }: SalvageOptions): Promise<number> {
  const startMs = performance.now();
  const spent = (): number => (performance.now() - startMs) / 1000;
  const timeLeft = (): boolean => !isOver() && spent() < seconds;
  for (const { offsetBytes, lengthBytes } of places) {
    const to = offsetBytes + lengthBytes;
    const from = await forwards({ offsetBytes, lengthBytes }, { read, timeLeft });
    if (from < to) await backwards({ offsetBytes: from, lengthBytes: to - from }, { read, timeLeft });
    if (!timeLeft()) break;
  }
  return spent();
}

interface Way {
  read: SalvageOptions["read"];
  timeLeft(): boolean;
}

/** @returns the first byte that could not be read, or the place's end. */
async function forwards({ offsetBytes, lengthBytes }: Run, { read, timeLeft }: Way): Promise<number> {
  const end = offsetBytes + lengthBytes;
  for (let at = offsetBytes; at < end && timeLeft(); ) {
    const length = Math.min(STEP_BYTES, end - at);
    const got = await read({ offsetBytes: at, lengthBytes: length });
    at += got;
    if (got < length) return at;
    if (at >= end) return end;
  }
  return end;
}

/** The end of such a place cannot be read: in large steps, then in small ones. The very front is known to be bad. */
async function backwards({ offsetBytes, lengthBytes }: Run, { read, timeLeft }: Way): Promise<void> {
  let end = offsetBytes + lengthBytes;
  for (const step of [STEP_BYTES, SMALL_BYTES]) {
    while (timeLeft()) {
      const start = Math.max(offsetBytes, Math.ceil((end - step) / SMALL_BYTES) * SMALL_BYTES);
      if (start <= offsetBytes || start >= end) break;
      if ((await read({ offsetBytes: start, lengthBytes: end - start })) < end - start) break;
      end = start;
    }
  }
}
