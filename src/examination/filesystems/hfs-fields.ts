import { utf8OfUtf16 } from "./utf16-name.ts";

// Big-endian fields of HFS+ structures. Reads beyond the end are zeros: every structure checks its own length.

/** Seconds between 1904 and 1970. */
const EPOCH_SECONDS = 2082844800;

export function be16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function be32(bytes: Uint8Array, at: number): number {
  return be16(bytes, at) * 65536 + be16(bytes, at + 2);
}

/** Exact up to 2^53; a greater number is only known to be greater. */
export function be64(bytes: Uint8Array, at: number): number {
  return be32(bytes, at) * 2 ** 32 + be32(bytes, at + 4);
}

/** Milliseconds since 1970 of seconds since 1904; undefined for none. */
export function hfsTimeMs(bytes: Uint8Array, at: number): number | undefined {
  const seconds = be32(bytes, at);
  return seconds === 0 ? undefined : (seconds - EPOCH_SECONDS) * 1000;
}

/** A name: a length in units, then the units. */
export function hfsName(bytes: Uint8Array, at: number): Uint8Array {
  const units = Math.min(be16(bytes, at), 255);
  return utf8OfUtf16(Array.from({ length: units }, (_, i) => be16(bytes, at + 2 + 2 * i)));
}
