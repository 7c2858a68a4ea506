import { type ByteSource, ReadError } from "#examination/sources";
import type { Extent } from "./file-entry.ts";

/**
 * The bytes of a stream from its extents in a volume.
 *
 * @param extents In the order of the stream; a null start reads as zeros.
 * @param sizes sizeBytes: length of the stream, at most what the extents hold. validBytes: from there on zeros are read,
 *   whatever stands in the volume (default: all is valid).
 */
export function extentSource(
  volume: ByteSource,
  extents: Extent[],
  sizes: { sizeBytes: number; validBytes?: number },
): ByteSource {
  const starts = extents.length < 16 ? [] : new Float64Array(extents.length);
  let total = 0;
  extents.forEach((extent, i) => {
    starts[i] = total;
    total += extent.lengthBytes;
  });
  const sizeBytes = Math.max(0, Math.min(sizes.sizeBytes, total));
  const validBytes = Math.min(sizes.validBytes ?? sizeBytes, sizeBytes);
  return {
    sizeBytes,
    readSync: (view, offsetBytes) => {
      if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0) {
        throw new RangeError(`Cannot read: the offset must be a whole number from 0, current value is ${offsetBytes}`);
      }
      const wanted = Math.max(0, Math.min(view.length, sizeBytes - offsetBytes));
      let done = 0;
      for (let i = lastStart(starts, offsetBytes); done < wanted && i < extents.length; i++) {
        const extent = extents[i];
        if (extent === undefined) break;
        const within = offsetBytes + done - (starts[i] ?? 0);
        const length = Math.min(wanted - done, extent.lengthBytes - within);
        if (length <= 0) continue;
        const part = length === view.length ? view : view.subarray(done, done + length);
        if (extent.lost === true) throw lostPiece(offsetBytes + done, done);
        if (extent.startByte === null || offsetBytes + done >= validBytes) part.fill(0);
        else readPart(volume, { part, atByte: extent.startByte + within, good: done });
        done += length;
      }
      if (validBytes < sizeBytes && offsetBytes + wanted > validBytes)
        view.subarray(Math.max(0, validBytes - offsetBytes), wanted).fill(0);
      return wanted;
    },
  };
}

/** What lies beyond a cut volume's end is told as such: a stream never reads as zeros what is not there. */
function readPart(volume: ByteSource, want: { part: Uint8Array; atByte: number; good: number }): void {
  let done = 0;
  try {
    done = volume.readSync(want.part, want.atByte);
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    const { offsetBytes, goodBytes, cause } = error;
    throw new ReadError(error.why, error.code, { offsetBytes, goodBytes: want.good + goodBytes, cause });
  }
  if (done === want.part.length) return;
  throw new ReadError("vanished", "ENDED", { offsetBytes: want.atByte + done, goodBytes: want.good + done });
}

/** What is another's now is never given as the stream's. */
function lostPiece(offsetBytes: number, goodBytes: number): ReadError {
  return new ReadError("vanished", "REUSED", { offsetBytes, goodBytes });
}

/** Index of the last extent that starts at or before an offset. */
function lastStart(starts: ArrayLike<number>, offsetBytes: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offsetBytes) low = middle;
    else high = middle - 1;
  }
  return low;
}
