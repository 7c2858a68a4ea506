// Entry of the digesting thread: takes pieces of a ring in order, says when each is done, and at the end the digests. It parses
// nothing.
import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import type { DigestStart } from "./digest-thread.node.ts";

const { algorithms, ring }: DigestStart = workerData;
const hashes = algorithms.map((name) => [name, createHash(name)] as const);

parentPort?.on("message", (piece: [at: number, length: number] | null) => {
  if (piece === null) {
    parentPort?.postMessage(hashes.map(([name, hash]) => [name, hash.digest("hex")]));
    return;
  }
  const [at, length] = piece;
  for (const [, hash] of hashes) hash.update(new Uint8Array(ring, at, length));
  parentPort?.postMessage(length);
});
