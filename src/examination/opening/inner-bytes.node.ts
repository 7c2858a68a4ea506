import { equalBytes } from "#base/values";
import { type HandedFile, type InnerTaker, lookInsideFiles } from "./look-inside.node.ts";
import { oneContent } from "./one-content.ts";

/**
 * The bytes of one file that stands in an open one, into memory and nowhere else, parsed in a child that is shut in.
 *
 * @param names Its place: the open file's own chain, and names within it.
 * @returns null where no single file has that place, it is larger than `mostBytes`, or it is damaged.
 */
export async function innerBytes(
  file: HandedFile,
  names: readonly Uint8Array[],
  { mostBytes, signal }: { mostBytes: number; signal: AbortSignal },
): Promise<Uint8Array | null> {
  let taken = oneContent(mostBytes);
  let isWanted = false;
  const taker: InnerTaker = {
    begin({ chain }) {
      isWanted = chain.length === names.length && chain.every((name, i) => equalBytes(name, names[i] ?? name));
    },
    piece: (bytes) => void (isWanted && taken.piece(bytes)),
    end: ({ complete }) => void (isWanted && taken.end(complete)),
    problem: () => undefined,
    looked: () => undefined,
    takenBack: () => {
      taken = oneContent(mostBytes);
    },
  };
  const { how } = await lookInsideFiles([file], { taker, signal });
  return how === "done" ? taken.whole() : null;
}
