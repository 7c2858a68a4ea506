// Entry of a reading thread: opens the image by itself, reads every n-th piece of its media into the slots it is given, in
// order, and posts which ranges could not be read. Ends when all its pieces are read.
import { parentPort, workerData } from "node:worker_threads";
import { isRefusal } from "#examination/images";
import { slice } from "#examination/sources";
import type { UnreadRange } from "./digests.ts";
import { openImageFile } from "./open-image-file.node.ts";
import { FREE, FULL, type ReaderStart } from "./read-media.node.ts";
import { readThrough } from "./read-through.node.ts";

const { path, sizeBytes, pieceBytes, slots, states, thread, threads }: ReaderStart = workerData;
const file = await openImageFile(path);
if (file === null || isRefusal(file) || file.image.media.sizeBytes !== sizeBytes) throw new Error("the image changed");
const { media, unread: known } = file.image;
const ring = states.length;
const unread: UnreadRange[] = [];
for (let piece = thread; piece * pieceBytes < sizeBytes; piece += threads) {
  const slot = piece % ring;
  while (Atomics.load(states, slot) !== FREE + 2 * Math.floor(piece / ring)) {
    Atomics.wait(states, slot, Atomics.load(states, slot), 1000);
  }
  const startByte = piece * pieceBytes;
  const target = new Uint8Array(slots, slot * pieceBytes, pieceBytes);
  const part = slice(media, startByte, pieceBytes);
  const holes = known
    .filter((range) => range.startByte < startByte + pieceBytes && range.startByte + range.lengthBytes > startByte)
    .map((range) => {
      const from = Math.max(0, range.startByte - startByte);
      return { startByte: from, lengthBytes: range.startByte + range.lengthBytes - startByte - from };
    });
  const bad = readThrough(part, { holes, onPiece: (bytes, at) => target.set(bytes, at) });
  unread.push(...bad.map((range) => ({ startByte: range.startByte + startByte, lengthBytes: range.lengthBytes })));
  Atomics.store(states, slot, FULL + 2 * Math.floor(piece / ring));
  Atomics.notify(states, slot);
}
file.close();
parentPort?.postMessage({ unread, problems: file.image.problems });
