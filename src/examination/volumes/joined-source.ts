import { type ByteSource, ReadError, slice } from "#examination/sources";
import type { VolumeExtent } from "./volume.ts";

/** Pieces of a source, one after the other, as a source of its own. What lies beyond the source's end cannot be read. */
export function joinedSource(source: ByteSource, extents: VolumeExtent[]): ByteSource {
  const only = extents.length === 1 ? extents[0] : undefined;
  if (only !== undefined && only.startByte + only.lengthBytes <= source.sizeBytes) {
    return slice(source, only.startByte, only.lengthBytes);
  }
  const sizeBytes = extents.reduce((sum, extent) => sum + extent.lengthBytes, 0);
  return {
    sizeBytes,
    readSync: (view, offsetBytes) => {
      if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0) {
        throw new RangeError(`Cannot read: the offset must be a whole number from 0, current value is ${offsetBytes}`);
      }
      const wanted = Math.max(0, Math.min(view.length, sizeBytes - offsetBytes));
      let done = 0;
      let before = 0;
      for (const { startByte, lengthBytes } of extents) {
        const within = offsetBytes + done - before;
        before += lengthBytes;
        if (done >= wanted) break;
        if (within >= lengthBytes) continue;
        const part = view.subarray(done, done + Math.min(wanted - done, lengthBytes - within));
        readPiece(source, { part, atByte: startByte + within, good: done });
        done += part.length;
      }
      return done;
    },
  };
}

function readPiece(source: ByteSource, want: { part: Uint8Array; atByte: number; good: number }): void {
  let done = 0;
  try {
    done = source.readSync(want.part, want.atByte);
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    const { offsetBytes, goodBytes, cause } = error;
    throw new ReadError(error.why, error.code, { offsetBytes, goodBytes: want.good + goodBytes, cause });
  }
  if (done === want.part.length) return;
  throw new ReadError("vanished", "ENDED", { offsetBytes: want.atByte + done, goodBytes: want.good + done });
}
