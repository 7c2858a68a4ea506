/** Bytes that come piece by piece, in one array that grows: a million pieces of one byte take no more than one piece of a million. */
export interface GrowingBytes {
  readonly lengthBytes: number;
  /** @returns false: it would be more than may be held; nothing is added. */
  add(piece: Uint8Array): boolean;
  /** What is there so far; until the next piece. */
  view(): Uint8Array;
  /** What is there, in an array of just that length. */
  bytes(): Uint8Array;
}

/** @param mostBytes Held at most. */
export function growingBytes(mostBytes: number): GrowingBytes {
  let held = new Uint8Array(0);
  let lengthBytes = 0;
  const view = (): Uint8Array => held.subarray(0, lengthBytes);
  return {
    view,
    get lengthBytes() {
      return lengthBytes;
    },
    add(piece) {
      const needed = lengthBytes + piece.length;
      if (needed > mostBytes) return false;
      if (needed > held.length) {
        const larger = new Uint8Array(Math.min(mostBytes, Math.max(needed, 2 * held.length)));
        larger.set(view());
        held = larger;
      }
      held.set(piece, lengthBytes);
      lengthBytes = needed;
      return true;
    },
    bytes: () => (lengthBytes === held.length ? held : held.slice(0, lengthBytes)),
  };
}
