/** Hands pieces from a writer that pushes to a reader that pulls. */
export interface PieceQueue extends AsyncIterable<Uint8Array> {
  push(piece: Uint8Array): void;
  /** Undefined where the reader is not behind; else settles when it has caught up. */
  drained(): Promise<void> | undefined;
  end(): void;
  /** The reader gets this error. */
  fail(error: unknown): void;
}

const HELD_MOST = 8;

/** Makes a queue of at most a few pieces, where its writer waits for drained(). */
export function pieceQueue(): PieceQueue {
  const held: Uint8Array[] = [];
  let [over, failed]: [boolean, { error: unknown } | undefined] = [false, undefined];
  let wakeReader: () => void = () => undefined;
  let wakeWriter: () => void = () => undefined;
  return {
    push(piece) {
      held.push(piece);
      wakeReader();
    },
    drained: () => (held.length < HELD_MOST ? undefined : new Promise<void>((resolve) => (wakeWriter = resolve))),
    end() {
      over = true;
      wakeReader();
    },
    fail(error) {
      failed = { error };
      wakeReader();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        if (failed !== undefined) throw failed.error;
        const piece = held.shift();
        if (piece !== undefined) {
          if (held.length < HELD_MOST / 2) wakeWriter();
          yield piece;
        } else if (over) return;
        else await new Promise<void>((resolve) => (wakeReader = resolve));
      }
    },
  };
}
