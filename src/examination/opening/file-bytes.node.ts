import { toHex } from "#base/values";
import { evidenceMedium } from "./evidence-medium.node.ts";
import type { ChildMessage } from "./limited-child.node.ts";
import type { StreamMessage, ZerosMessage } from "./reader-message.node.ts";
import { runReader } from "./run-reader.node.ts";
import type { WalkPosition } from "./walk-state.ts";

/**
 * The bytes of one file that a file system gives, of one that carving finds, or of one that stands in such a file, into memory and
 * nowhere else, parsed in a child that is shut in.
 *
 * @param names The file's place, the medium's own name first.
 * @param deleted Whether it, or the file around it, is deleted or has no name.
 * @returns null where no single file has that place, it is larger than `mostBytes`, or it cannot be read.
 * @throws {Fault} Those of evidenceMedium.
 */
export async function fileBytes(
  source: string,
  names: readonly Uint8Array[],
  { mostBytes, signal, deleted = false }: { mostBytes: number; signal: AbortSignal; deleted?: boolean },
): Promise<Uint8Array | null> {
  const medium = await evidenceMedium(source);
  const ending = new AbortController();
  const wanted = names.map((name) => toHex(name));
  const taken = takenBytes({ wanted, mostBytes, deleted }, () => ending.abort());
  try {
    const { how } = await runReader({
      ...{ medium, signal: AbortSignal.any([signal, ending.signal]), goesOn: false },
      task: () => {
        taken.begin();
        return { verb: "extract", names: wanted, id: null, deleted, choice: null };
      },
      onBytes: (piece) => taken.piece(piece),
      onMessage: (message) => taken.hear(message),
    });
    return how === "done" ? taken.whole() : null;
  } finally {
    medium.close();
  }
}

/** Takes the one stream at the place, and none of what stands in it; a second one, or one longer than allowed, is too much. */
function takenBytes(
  { wanted, mostBytes, deleted }: { wanted: readonly string[]; mostBytes: number; deleted: boolean },
  tooMuch: () => void,
) {
  const place = wanted.join("/");
  let bytes: Uint8Array | null = null;
  let [at, streams, isOpen] = [0, 0, false];
  return {
    begin: () => {
      [bytes, at, streams, isOpen] = [null, 0, 0, false];
    },
    piece: (piece: Uint8Array) => {
      if (!isOpen) return;
      bytes?.set(piece.subarray(0, Math.max(0, bytes.length - at)), at);
      at += piece.length;
    },
    hear: (message: ChildMessage): WalkPosition | null => {
      if (message.kind === "zeros" && isOpen) at += (message as unknown as ZerosMessage).lengthBytes;
      if (message.kind !== "stream") return null;
      const { givenBytes, entry, chain } = message as unknown as StreamMessage;
      isOpen = chain.join("/") === place;
      if (!isOpen) return null;
      if (++streams > 1 || givenBytes > mostBytes || (entry.state !== "allocated") !== deleted) tooMuch();
      else bytes = new Uint8Array(givenBytes);
      return null;
    },
    whole: () => (streams === 1 && bytes !== null && at >= bytes.length ? bytes : null),
  };
}
