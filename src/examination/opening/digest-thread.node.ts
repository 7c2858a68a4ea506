import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { entryFile } from "#base/machine/node";
import type { Algorithm } from "./digests.ts";

const RING_BYTES = 16 << 20;
/** Pieces go to the thread in so many bytes at once, and so much is always free before anyone is told to wait. */
const BATCH_BYTES = 1 << 20;

/** What the thread is started with. */
export interface DigestStart {
  algorithms: readonly Algorithm[];
  ring: SharedArrayBuffer;
}

/** Digests in a thread of its own, so that reading goes on meanwhile. */
export interface DigestThread {
  /** Copies a piece, at most 1 MiB. A promise: no more can be taken until it is kept. */
  update(piece: Uint8Array): Promise<void> | undefined;
  end(): Promise<Map<Algorithm, string>>;
  stop(): Promise<unknown>;
}

/** Starts the thread. */
export function digestThread(algorithms: readonly Algorithm[]): DigestThread {
  const ring = new SharedArrayBuffer(RING_BYTES);
  const bytes = new Uint8Array(ring);
  const workerData: DigestStart = { algorithms, ring };
  const worker = new Worker(entryFile("src/examination/opening/digest.thread.node.ts"), { workerData });
  let [at, sentAt, aheadBytes] = [0, 0, 0];
  let goOn: (() => void) | undefined;
  const isFull = (): boolean => aheadBytes > RING_BYTES - 4 * BATCH_BYTES;
  worker.on("message", (told: unknown) => {
    if (typeof told !== "number") return;
    aheadBytes -= told;
    if (!isFull()) goOn?.();
  });
  const send = (): void => {
    if (at > sentAt) worker.postMessage([sentAt, at - sentAt]);
    // What is left at the end of the ring is too short for the longest piece.
    if (at > RING_BYTES - BATCH_BYTES) at = 0;
    sentAt = at;
  };
  return {
    update(piece) {
      bytes.set(piece, at);
      at += piece.length;
      aheadBytes += piece.length;
      if (at - sentAt >= BATCH_BYTES || at > RING_BYTES - BATCH_BYTES) send();
      if (!isFull()) return undefined;
      send();
      return new Promise((resolve) => {
        goOn = resolve;
      });
    },
    async end() {
      send();
      const told = new Promise<[Algorithm, string][]>((resolve) => {
        worker.on("message", (message: unknown) => {
          if (Array.isArray(message)) resolve(message);
        });
      });
      worker.postMessage(null);
      const failed = once(worker, "error").then(([error]) => Promise.reject(error));
      return new Map(await Promise.race([told, failed]));
    },
    stop: () => worker.terminate(),
  };
}
