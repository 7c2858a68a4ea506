import { readSync } from "node:fs";
import type { SourceHandles } from "./open-bytes.ts";
import { ReadError, unreadReason } from "./read-error.ts";
import { errorCode } from "./system-errors.node.ts";

/** What O_DIRECT wants of offset, length and address: the largest logical sector in use. */
const ALIGNED_BYTES = 4096;

/** One read of a source. */
interface Read {
  view: Uint8Array;
  offsetBytes: number;
  /** Whether the device has left the system: then any error means "vanished". */
  gone(): boolean;
}

/**
 * Reads a range of a source over its segments; aligned stretches past the page cache where that is open.
 *
 * @returns Bytes read: all of the view, or up to the end of the source.
 * @throws {ReadError} At the first byte that cannot be had; RangeError for a broken offset.
 */
export function readAcross(handles: SourceHandles, read: Read): number {
  const { view, offsetBytes } = read;
  if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0) {
    throw new RangeError(`Cannot read: the offset must be a whole number from 0, current value is ${offsetBytes}`);
  }
  const wanted = Math.max(0, Math.min(view.length, handles.sizeBytes - offsetBytes));
  let done = 0;
  for (const part of handles.parts) {
    const within = offsetBytes + done - part.startByte;
    if (within < 0 || within >= part.sizeBytes) continue;
    while (done < wanted && offsetBytes + done < part.startByte + part.sizeBytes) {
      const at = offsetBytes + done - part.startByte;
      const target = view.subarray(done, Math.min(wanted, done + part.sizeBytes - at));
      const got = readOnce(part, { target, at }, (code, cause) => failure(read, { code, cause, done }));
      if (got === 0) throw failure(read, { code: "ENDED", cause: undefined, done });
      done += got;
    }
  }
  return done;
}

interface Stretch {
  target: Uint8Array;
  /** Offset in the part. */
  at: number;
}

/** One call of the system: direct for the aligned beginning, buffered otherwise. */
function readOnce(
  part: SourceHandles["parts"][number],
  { target, at }: Stretch,
  fail: (code: string, cause: unknown) => ReadError,
): number {
  const whole = target.length - (target.length % ALIGNED_BYTES);
  const aligned = at % ALIGNED_BYTES === 0 && target.byteOffset % ALIGNED_BYTES === 0 && whole > 0;
  try {
    if (part.direct !== null && aligned) {
      try {
        const got = readSync(part.direct, target, 0, whole, at);
        if (got > 0) return got;
      } catch (error) {
        // An address that is not on a page or a medium with larger sectors: the buffered way reads it all the same.
        if (errorCode(error) !== "EINVAL") throw error;
      }
    }
    return readSync(part.buffered, target, 0, target.length, at);
  } catch (error) {
    throw fail(errorCode(error), error);
  }
}

function failure(read: Read, { code, cause, done }: { code: string; cause: unknown; done: number }): ReadError {
  const ended = code === "ENDED";
  const why = ended || read.gone() ? "vanished" : unreadReason(code);
  return new ReadError(why, code, { offsetBytes: read.offsetBytes + done, goodBytes: done, cause });
}
