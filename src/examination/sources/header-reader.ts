import type { ReadBytes } from "./open-bytes.ts";
import { ReadError } from "./read-error.ts";

/** Gives `length` bytes at an offset, fewer at the end of the source, none where they cannot be read or were too many. */
export type HeaderReader = (offsetBytes: number, length: number) => Uint8Array;

const BYTES_LIMIT = 64 * 1024 * 1024;
const READS_LIMIT = 2048;
const NONE = new Uint8Array(0);

/** A reader for headers that stops giving after 64 MiB or 2,048 reads, so that no table makes it read a whole disk. */
export function headerReader(readSync: ReadBytes, sizeBytes: number): HeaderReader {
  let bytesLeft = BYTES_LIMIT;
  let readsLeft = READS_LIMIT;
  return (offsetBytes, length) => {
    const wanted = Math.min(length, sizeBytes - offsetBytes);
    if (!(wanted > 0) || offsetBytes < 0 || readsLeft <= 0 || bytesLeft < wanted) return NONE;
    readsLeft--;
    bytesLeft -= wanted;
    const view = new Uint8Array(wanted);
    try {
      return view.subarray(0, readSync(view, offsetBytes));
    } catch (error) {
      // Damage is met again, and told, by the examination itself.
      if (error instanceof ReadError) return view.subarray(0, error.goodBytes);
      throw error;
    }
  };
}
