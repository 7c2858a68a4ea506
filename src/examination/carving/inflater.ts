/** A packed stream that is unpacked to find its end: nothing of it is kept. */
export interface InflateRun {
  /** Unpacks on. @returns Bytes that came out; 0 at the end. @throws {RangeError} Where the stream breaks. */
  next(): number;
  /** Packed bytes that it took. */
  readonly usedBytes: number;
  /** CRC-32 of what came out. */
  readonly sum: number;
  close(): void;
}

/** Opens a packed stream. @param read Gives packed bytes from an offset on. */
export type Inflater = (how: "deflate" | "zstd", read: (view: Uint8Array, atByte: number) => number) => InflateRun;
