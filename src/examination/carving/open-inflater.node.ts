import { crc32 } from "node:zlib";
import { inflateStream } from "#base/unpacking/node";
import type { Inflater } from "./inflater.ts";

const PIECE_BYTES = 256 * 1024;

/** Unpacks with zlib, into one piece that is used again. */
export function openInflater(): Inflater {
  const view = new Uint8Array(PIECE_BYTES);
  return (how, read) => {
    const stream = inflateStream(how, read);
    let sum = 0;
    return {
      next() {
        const count = stream.next(view);
        sum = crc32(view.subarray(0, count), sum);
        return count;
      },
      get usedBytes() {
        return stream.usedBytes;
      },
      get sum() {
        return sum;
      },
      close: () => stream.close(),
    };
  };
}
