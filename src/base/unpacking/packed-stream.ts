/** Reads packed bytes from an offset on; fewer than asked for at their end. */
export type ReadPacked = (view: Uint8Array, atByte: number) => number;

/** Packed bytes that are unpacked in their order, without waiting. */
export interface PackedStream {
  /**
   * Unpacks what comes next.
   *
   * @returns Bytes given; 0 at the end of the stream, or where it breaks off.
   * @throws {RangeError} Where the stream is damaged; what came before was given.
   */
  next(view: Uint8Array): number;
  close(): void;
}

/** A stream out of pieces that are made one after another. @param piece The next one; null at the end. */
export function pieceStream(piece: () => Uint8Array | null): PackedStream {
  let waiting: Uint8Array | null = new Uint8Array(0);
  return {
    next(view) {
      let given = 0;
      while (given < view.length && waiting !== null) {
        if (waiting.length === 0) {
          // What is damaged is told when what came before was taken.
          if (given > 0) break;
          waiting = piece();
          continue;
        }
        const count = Math.min(waiting.length, view.length - given);
        view.set(waiting.subarray(0, count), given);
        waiting = waiting.subarray(count);
        given += count;
      }
      return given;
    },
    close: () => {
      waiting = null;
    },
  };
}
