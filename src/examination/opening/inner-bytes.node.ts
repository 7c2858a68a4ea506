import { equalBytes } from "#base/values";
import { type HandedFile, type InnerTaker, lookInsideFiles } from "./look-inside.node.ts";

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
  const found: Uint8Array[] = [];
  let pieces: Uint8Array[] | null = null;
  let heldBytes = 0;
  const taker: InnerTaker = {
    begin({ chain }) {
      const isWanted = chain.length === names.length && chain.every((name, i) => equalBytes(name, names[i] ?? name));
      [pieces, heldBytes] = [isWanted ? [] : null, 0];
    },
    piece(bytes) {
      heldBytes += bytes.length;
      if (heldBytes > mostBytes) pieces = null;
      pieces?.push(bytes.slice());
    },
    end({ complete }) {
      if (pieces !== null && complete) found.push(Buffer.concat(pieces));
      pieces = null;
    },
    problem: () => undefined,
    looked: () => undefined,
    takenBack: () => found.splice(0),
  };
  const { how } = await lookInsideFiles([file], { taker, signal });
  const [only] = found;
  return how === "done" && found.length === 1 && only !== undefined ? only : null;
}
