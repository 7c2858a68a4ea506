import { toHex } from "#base/values";
import { evidenceMedium } from "./evidence-medium.node.ts";
import type { ChildMessage } from "./limited-child.node.ts";
import type { StreamMessage, ZerosMessage } from "./reader-message.node.ts";
import { runReader } from "./run-reader.node.ts";
import type { WalkPosition } from "./walk-state.ts";

/**
 * The bytes of one file that a file system gives, into memory and nowhere else, parsed in a child that is shut in.
 *
 * @param names The file's chain of parents, the medium's own name first.
 * @returns null where no single file that is there has that place, it is larger than `mostBytes`, or it cannot be read.
 * @throws {Fault} Those of evidenceMedium.
 */
export async function fileBytes(
  source: string,
  names: readonly Uint8Array[],
  { mostBytes, signal }: { mostBytes: number; signal: AbortSignal },
): Promise<Uint8Array | null> {
  const medium = await evidenceMedium(source);
  const ending = new AbortController();
  const taken = takenBytes(mostBytes, () => ending.abort());
  try {
    const { how } = await runReader({
      ...{ medium, signal: AbortSignal.any([signal, ending.signal]), goesOn: false },
      task: () => {
        taken.begin();
        return { verb: "extract", names: names.map((name) => toHex(name)), id: null, deleted: false, choice: null };
      },
      onBytes: (piece) => taken.piece(piece),
      onMessage: (message) => taken.hear(message),
    });
    return how === "done" ? taken.whole() : null;
  } finally {
    medium.close();
  }
}

/** Takes the one stream; anything more than that, or longer than allowed, is too much. */
function takenBytes(mostBytes: number, tooMuch: () => void) {
  let bytes: Uint8Array | null = null;
  let [at, streams] = [0, 0];
  return {
    begin: () => {
      [bytes, at, streams] = [null, 0, 0];
    },
    piece: (piece: Uint8Array) => {
      bytes?.set(piece.subarray(0, Math.max(0, bytes.length - at)), at);
      at += piece.length;
    },
    hear: (message: ChildMessage): WalkPosition | null => {
      if (message.kind === "zeros") at += (message as unknown as ZerosMessage).lengthBytes;
      if (message.kind !== "stream") return null;
      const { givenBytes, entry } = message as unknown as StreamMessage;
      if (++streams > 1 || givenBytes > mostBytes || entry.state !== "allocated") tooMuch();
      else bytes = new Uint8Array(givenBytes);
      return null;
    },
    whole: () => (streams === 1 && bytes !== null && at >= bytes.length ? bytes : null),
  };
}
