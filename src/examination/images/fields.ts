import { type ByteSource, placeText, ReadError } from "#examination/sources";

/** A record of a foreign format: numbers at offsets; beyond its end all fields are 0. */
export interface Fields {
  readonly bytes: Uint8Array;
  u8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  /** A number, or Infinity beyond 2^53: then no offset, length or count is believed. */
  u64(at: number): number;
  /** Characters of one byte each. */
  text(at: number, length: number): string;
}

/** Fields of a record, little-endian unless told. */
export function fields(bytes: Uint8Array, littleEndian = true): Fields {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const holds = (at: number, length: number): boolean => at >= 0 && at + length <= bytes.length;
  return {
    bytes,
    u8: (at) => bytes[at] ?? 0,
    u16: (at) => (holds(at, 2) ? view.getUint16(at, littleEndian) : 0),
    u32: (at) => (holds(at, 4) ? view.getUint32(at, littleEndian) : 0),
    u64: (at) => {
      if (!holds(at, 8)) return 0;
      const value = view.getBigUint64(at, littleEndian);
      return value > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(value);
    },
    text: (at, length) => String.fromCharCode(...bytes.subarray(at, at + length)),
  };
}

/** Bytes of a source: fewer where it ends or cannot be read, none at an offset that is none. */
export function readPart(source: ByteSource, offsetBytes: number, length: number): Uint8Array {
  if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0 || offsetBytes >= source.sizeBytes)
    return new Uint8Array(0);
  const bytes = new Uint8Array(Math.min(length, source.sizeBytes - offsetBytes));
  try {
    return bytes.subarray(0, source.readSync(bytes, offsetBytes));
  } catch (error) {
    if (error instanceof ReadError) return bytes.subarray(0, error.goodBytes);
    throw error;
  }
}

/** Fields of a part of a source, beyond what could be read all 0. */
export function readFields(source: ByteSource, offsetBytes: number, length: number): Fields {
  return fields(readPart(source, offsetBytes, length));
}

/** A place in a file of an image, as problems name it. */
export function filePlace(name: Uint8Array, atByte: number): string {
  return `${placeText([name]).place} at byte ${atByte}`;
}
