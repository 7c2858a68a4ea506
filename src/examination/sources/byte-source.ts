import type { ReadBytes } from "./open-bytes.ts";

/** Bytes that can be read at any offset: an image's media, a volume, a stream of a file; one shape for all of them. */
export interface ByteSource {
  readonly sizeBytes: number;
  readonly readSync: ReadBytes;
}

/** Bytes in memory as a source. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    readSync: (view, offsetBytes) => {
      const part = bytes.subarray(offsetBytes, offsetBytes + view.length);
      view.set(part);
      return part.length;
    },
  };
}

/**
 * A part of a source as a source of its own. What lies beyond the source's end is not there: the part is shorter.
 *
 * @throws {RangeError} Where offset or length is not a whole number from 0.
 */
export function slice(source: ByteSource, offsetBytes: number, lengthBytes: number): ByteSource {
  for (const value of [offsetBytes, lengthBytes]) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Cannot slice a source: offset and length must be whole from 0, current value is ${value}`);
    }
  }
  const sizeBytes = Math.max(0, Math.min(lengthBytes, source.sizeBytes - offsetBytes));
  return {
    sizeBytes,
    readSync: (view, at) => {
      if (!Number.isSafeInteger(at) || at < 0) {
        throw new RangeError(`Cannot read: the offset must be a whole number from 0, current value is ${at}`);
      }
      if (at >= sizeBytes) return 0;
      const wanted = Math.min(view.length, sizeBytes - at);
      return source.readSync(wanted === view.length ? view : view.subarray(0, wanted), offsetBytes + at);
    },
  };
}
