import { toHex } from "#base/values";
import type { CarvedAtTask, FoundEndMessage, FoundMessage } from "./carve-message.node.ts";
import { evidenceMedium } from "./evidence-medium.node.ts";
import type { ChildMessage } from "./limited-child.node.ts";
import type { ZerosMessage } from "./reader-message.node.ts";
import { runReader } from "./run-reader.node.ts";

/**
 * The bytes of one picture that no folder names, into memory and nowhere else, found again at its place in a child that is shut in.
 *
 * @param names Its place, as carving tells it, the medium's own name first.
 * @returns null where nothing is found there now, it is a film, it is larger than `mostBytes`, or it cannot be read whole.
 * @throws {Fault} Those of evidenceMedium.
 */
export async function carvedBytes(
  source: string,
  names: readonly Uint8Array[],
  { mostBytes, signal }: { mostBytes: number; signal: AbortSignal },
): Promise<Uint8Array | null> {
  const medium = await evidenceMedium(source);
  const taken: { bytes: Uint8Array | null; at: number; isWhole: boolean } = { bytes: null, at: 0, isWhole: false };
  const task: CarvedAtTask = { verb: "carved-at", names: names.map((name) => toHex(name)) };
  const hear = (message: ChildMessage): null => {
    const told = message as unknown;
    if (message.kind === "found") {
      const { sizeBytes } = (told as FoundMessage).candidate;
      taken.bytes = sizeBytes <= mostBytes ? new Uint8Array(sizeBytes) : null;
      taken.at = 0;
    } else if (message.kind === "zeros") taken.at += (told as ZerosMessage).lengthBytes;
    else if (message.kind === "found-end") taken.isWhole = (told as FoundEndMessage).unread.length === 0;
    return null;
  };
  try {
    const { how } = await runReader({
      ...{ medium, signal, goesOn: false, task: () => task, onMessage: hear },
      onBytes(piece) {
        const { bytes, at } = taken;
        bytes?.set(piece.subarray(0, Math.max(0, bytes.length - at)), at);
        taken.at += piece.length;
      },
    });
    const { bytes, at, isWhole } = taken;
    return how === "done" && isWhole && bytes !== null && at === bytes.length ? bytes : null;
  } finally {
    medium.close();
  }
}
