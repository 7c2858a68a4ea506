import { toHex } from "#base/values";
import type { CarvedAtTask } from "./carve-message.node.ts";
import { evidenceMedium } from "./evidence-medium.node.ts";
import { oneContent } from "./one-content.ts";
import { runReader } from "./run-reader.node.ts";

/**
 * The bytes of one file that no folder names, or that stands in such a one, into memory and nowhere else, found again at its place in a
 * child that is shut in.
 *
 * @param names Its place, as carving tells it, the medium's own name first.
 * @returns null where no single file is found there now, it is larger than `mostBytes`, or it cannot be read whole.
 * @throws {Fault} Those of evidenceMedium.
 */
export async function carvedBytes(
  source: string,
  names: readonly Uint8Array[],
  { mostBytes, signal }: { mostBytes: number; signal: AbortSignal },
): Promise<Uint8Array | null> {
  const medium = await evidenceMedium(source);
  const task: CarvedAtTask = { verb: "carved-at", names: names.map((name) => toHex(name)) };
  let taken = oneContent(mostBytes);
  try {
    const { how } = await runReader({
      ...{ medium, signal, goesOn: false },
      task: () => {
        taken = oneContent(mostBytes);
        return task;
      },
      onBytes: (piece) => taken.piece(piece),
      onMessage(message) {
        if (message.kind === "zeros") taken.zeros(Number(message["lengthBytes"]));
        else if (message.kind === "carved-at") taken.end(message["complete"] === true);
        return null;
      },
    });
    return how === "done" ? taken.whole() : null;
  } finally {
    medium.close();
  }
}
