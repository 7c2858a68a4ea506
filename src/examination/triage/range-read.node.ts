import { BLOCK_BYTES, SECTOR_BYTES } from "#base/hashing";
import { ReadError } from "#examination/sources";
import type { JobResult } from "./engine-message.ts";
import type { WorkArea } from "./scan-layout.ts";
import { type ReadWatch, readBegins, readEnds } from "./scan-thread.node.ts";

/** What a range is read from: an open source or one file of a folder. */
export interface ByteSource {
  readonly sizeBytes: number;
  readSync(view: Uint8Array, offsetBytes: number): number;
}

/** Where the wanted bytes came to lie in the shared memory, and how many of them. */
interface RangeRead {
  bytesAt: number;
  bytes: number;
  error?: NonNullable<JobResult["error"]>;
}

/** Reads a range into the thread's area; `job` is the number under which a read that never ends is told. */
export type RangeReader = (source: ByteSource, range: { offsetBytes: number; bytes: number }, job: number) => RangeRead;

/**
 * Makes the reader of one thread. Offset, length and address of every read are multiples of 4096, as O_DIRECT asks;
 * a range that runs over the end of the source is cut there.
 */
export function rangeReader(memory: WebAssembly.Memory, work: WorkArea, watch: ReadWatch): RangeReader {
  const area = new Uint8Array(memory.buffer, work.dataAt, work.dataBytes);
  return (source, { offsetBytes, bytes }, job) => {
    const wanted = Math.max(0, Math.min(bytes, source.sizeBytes - offsetBytes));
    const shift = offsetBytes % BLOCK_BYTES;
    const bytesAt = work.dataAt + shift;
    if (wanted === 0) return { bytesAt, bytes: 0 };
    const length = Math.ceil((shift + wanted) / BLOCK_BYTES) * BLOCK_BYTES;
    if (length > area.length) {
      throw new RangeError(`Cannot read ${bytes} bytes: at most ${area.length - BLOCK_BYTES} fit`);
    }
    readBegins(watch, job);
    try {
      const got = source.readSync(length === area.length ? area : area.subarray(0, length), offsetBytes - shift);
      const read = Math.max(0, Math.min(wanted, got - shift));
      return read === wanted
        ? { bytesAt, bytes: read }
        : { bytesAt, bytes: wholeSectors(read), error: { why: "vanished", code: "ENDED" } };
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      const read = Math.max(0, Math.min(wanted, error.goodBytes - shift));
      if (read === wanted) return { bytesAt, bytes: read };
      return { bytesAt, bytes: wholeSectors(read), error: { why: error.why, code: error.code } };
    } finally {
      readEnds(watch);
    }
  };
}

function wholeSectors(bytes: number): number {
  return bytes - (bytes % SECTOR_BYTES);
}
