import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { entryFile } from "#base/machine/node";
import type { OpenImage } from "#examination/images";
import type { UnreadRange } from "./digests.ts";

/** A slot of the ring in its n-th round: FREE + 2n to be filled, FULL + 2n to be taken. */
export const FREE = 0;
export const FULL = 1;

const PIECE_BYTES = 2 * 1024 * 1024;
const SLOTS_A_THREAD = 3;
const THREADS_LIMIT = 4;

/** What a reading thread is started with. */
export interface ReaderStart {
  path: string;
  sizeBytes: number;
  pieceBytes: number;
  slots: SharedArrayBuffer;
  /** One word a slot. */
  states: Int32Array;
  thread: number;
  threads: number;
}

/** What a reading thread posts at its end. */
interface ReaderEnd {
  unread: UnreadRange[];
  problems: OpenImage["problems"];
}

/** How media is read by threads. */
export interface MediaReading {
  path: string;
  sizeBytes: number;
  /** Gets every piece in order; what could not be read is zeros. */
  onPiece(piece: Uint8Array, offsetBytes: number): void;
  signal: AbortSignal;
}

/**
 * Reads an image's media from start to end: threads read and unpack, the caller gets the pieces in order.
 *
 * @returns What could not be read, ascending, and the problems the threads saw.
 * @throws Where a thread dies: the caller reads by itself then.
 */
export async function readMedia({ path, sizeBytes, onPiece, signal }: MediaReading): Promise<ReaderEnd> {
  const threads = Math.max(1, Math.min(THREADS_LIMIT, availableParallelism() - 1));
  const ring = threads * SLOTS_A_THREAD;
  const slots = new SharedArrayBuffer(ring * PIECE_BYTES);
  const states = new Int32Array(new SharedArrayBuffer(ring * 4));
  const shared = { path, sizeBytes, pieceBytes: PIECE_BYTES, slots, states, threads };
  const workers = Array.from({ length: threads }, (_, thread) => {
    const workerData: ReaderStart = { ...shared, thread };
    return new Worker(entryFile("src/examination/opening/read-media.thread.node.ts"), { workerData });
  });
  const ends = Promise.all(workers.map(async (worker): Promise<ReaderEnd> => (await once(worker, "message"))[0]));
  // A thread that dies rejects `ends`; it is also awaited below, so that it never goes unhandled.
  const died = ends.then(() => new Promise<never>(() => {}));
  died.catch(() => {});
  try {
    const buffer = new Uint8Array(PIECE_BYTES);
    for (let piece = 0; piece * PIECE_BYTES < sizeBytes; piece++) {
      if (signal.aborted)
        return {
          unread: [{ startByte: piece * PIECE_BYTES, lengthBytes: sizeBytes - piece * PIECE_BYTES }],
          problems: [],
        };
      const slot = piece % ring;
      const round = 2 * Math.floor(piece / ring);
      while (Atomics.load(states, slot) !== FULL + round) {
        const waiting = Atomics.waitAsync(states, slot, FREE + round, 1000);
        if (waiting.async) await Promise.race([waiting.value, died]);
      }
      const length = Math.min(PIECE_BYTES, sizeBytes - piece * PIECE_BYTES);
      buffer.set(new Uint8Array(slots, slot * PIECE_BYTES, length));
      onPiece(buffer.subarray(0, length), piece * PIECE_BYTES);
      Atomics.store(states, slot, FREE + round + 2);
      Atomics.notify(states, slot);
    }
    return joined(await ends);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function joined(ends: readonly ReaderEnd[]): ReaderEnd {
  const unread: UnreadRange[] = [];
  for (const range of ends.flatMap((end) => end.unread).sort((a, b) => a.startByte - b.startByte)) {
    const last = unread.at(-1);
    if (last !== undefined && last.startByte + last.lengthBytes === range.startByte)
      last.lengthBytes += range.lengthBytes;
    else unread.push({ ...range });
  }
  return { unread, problems: ends.flatMap(({ problems }) => problems) };
}
