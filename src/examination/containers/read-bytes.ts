import type { ByteSource } from "#examination/sources";

/** Up to `lengthBytes` bytes of a source; fewer at its end, none beyond it. @throws ReadError */
export function readBytes(source: ByteSource, atByte: number, lengthBytes: number): Uint8Array {
  const there = Math.max(0, Math.min(lengthBytes, source.sizeBytes - atByte));
  if (!Number.isSafeInteger(atByte) || atByte < 0 || there === 0) return new Uint8Array(0);
  const view = new Uint8Array(there);
  let done = 0;
  while (done < there) {
    const count = source.readSync(done === 0 ? view : view.subarray(done), atByte + done);
    if (count <= 0) break;
    done += count;
  }
  return done === there ? view : view.subarray(0, done);
}

/** Exactly so many bytes. @throws {RangeError} Where the source ends before. */
export function needBytes(source: ByteSource, atByte: number, lengthBytes: number): Uint8Array {
  const bytes = readBytes(source, atByte, lengthBytes);
  if (bytes.length < lengthBytes) {
    throw new RangeError(`Cannot read a container: it ends within a field, current offset is ${atByte}`);
  }
  return bytes;
}

/** A part of several sources, one behind the other; null: zeros. */
export interface JoinedPart {
  source: ByteSource | null;
  startByte: number;
  lengthBytes: number;
}

/** Several parts as one source. */
export function joinedSource(parts: readonly JoinedPart[]): ByteSource {
  const starts: number[] = [];
  let sizeBytes = 0;
  for (const part of parts) {
    starts.push(sizeBytes);
    sizeBytes += part.lengthBytes;
  }
  return {
    sizeBytes,
    readSync(view, at) {
      let done = 0;
      for (let index = partAt(starts, at); index < parts.length && done < view.length; index++) {
        const part = parts[index] as JoinedPart;
        const skip = at + done - (starts[index] ?? 0);
        const count = Math.min(view.length - done, part.lengthBytes - skip);
        if (count <= 0) continue;
        const target = view.subarray(done, done + count);
        if (part.source === null) target.fill(0);
        else {
          const good = part.source.readSync(target, part.startByte + skip);
          if (good < count) return done + Math.max(0, good);
        }
        done += count;
      }
      return done;
    },
  };
}

/** The last part that begins at a byte or before it. */
function partAt(starts: readonly number[], at: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
