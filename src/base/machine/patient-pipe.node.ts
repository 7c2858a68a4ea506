import { writeSync } from "node:fs";

const MOMENT_MS = 1;
const moment = new Int32Array(new SharedArrayBuffer(4));

/** What a call on a pipe gives; undefined, a moment later, where it had nothing yet, or no room. */
export function patient<Result>(call: () => Result): Result | undefined {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    Atomics.wait(moment, 0, 0, MOMENT_MS);
    return undefined;
  }
}

/** Writes bytes to the standard output, all of them, however slowly they are taken. */
export function writeOut(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += patient(() => writeSync(1, bytes, at)) ?? 0;
}
