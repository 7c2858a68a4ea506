import type { ByteSource } from "#examination/sources";
import { readBytes } from "./read-bytes.ts";

const WINDOW_BYTES = 2 ** 18;

/** Single bytes of a source, read in windows. */
export interface ByteWindow {
  /** -1 beyond the end. */
  byteAt(at: number): number;
  /** Big-endian; bytes beyond the end count as 0. */
  bigAt(at: number, lengthBytes: number): number;
  littleAt(at: number, lengthBytes: number): number;
  /** The first such byte from a place on; -1 where there is none. */
  indexOf(byte: number, from: number): number;
  isAt(at: number, text: string): boolean;
}

/** @param onRead Told of every window; what it throws ends the reading. */
export function byteWindow(source: ByteSource, onRead: (bytes: number) => void = () => undefined): ByteWindow {
  let [from, bytes] = [0, new Uint8Array(0)];
  const load = (at: number): boolean => {
    if (at >= from && at < from + bytes.length) return true;
    if (at < 0 || at >= source.sizeBytes) return false;
    bytes = Uint8Array.from(readBytes(source, at, WINDOW_BYTES));
    from = at;
    onRead(bytes.length);
    return bytes.length > 0;
  };
  const byteAt = (at: number): number => (load(at) ? (bytes[at - from] as number) : -1);
  return {
    byteAt,
    bigAt(at, lengthBytes) {
      let value = 0;
      for (let i = 0; i < lengthBytes; i++) value = value * 256 + Math.max(0, byteAt(at + i));
      return value;
    },
    littleAt(at, lengthBytes) {
      let value = 0;
      for (let i = lengthBytes - 1; i >= 0; i--) value = value * 256 + Math.max(0, byteAt(at + i));
      return value;
    },
    indexOf(byte, start) {
      for (let at = start; load(at); at = from + bytes.length) {
        const found = bytes.indexOf(byte, at - from);
        if (found >= 0) return from + found;
      }
      return -1;
    },
    isAt(at, text) {
      for (let i = 0; i < text.length; i++) if (byteAt(at + i) !== text.charCodeAt(i)) return false;
      return true;
    },
  };
}
