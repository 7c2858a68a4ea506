import type { FileEntry, FileStream } from "#examination/filesystems";
import type { ChildVoice } from "./child-says.node.ts";
import type { Algorithm } from "./digests.ts";
import { chainText, entryChain } from "./entry-place.ts";
import type { Medium } from "./medium.ts";
import type { ComparedMessage } from "./reader-message.node.ts";
import { streamDigests } from "./stream-digests.node.ts";
import type { WalkGuard } from "./walk-guard.node.ts";
import { treesOf } from "./walk-medium.ts";

/** Compares each file of a logical image with the digests that were stored with it, and says what came of it. */
export function compareFiles(medium: Medium, { guard, voice }: { guard: WalkGuard; voice: ChildVoice }): void {
  for (const found of guard.walk(treesOf(medium), { deleted: true })) {
    const { entry, given, closed, position } = found;
    const [stream] = entry.streams;
    if (given || entry.kind !== "file" || stream === undefined) continue;
    const message: ComparedMessage = {
      kind: "compared",
      place: chainText(entryChain(found, entry, null)).place,
      outcome: closed ? "unread" : compared(medium, entry, stream),
      reached: { tree: position.tree, entries: position.entries + 1 },
    };
    voice.json(message);
  }
}

function compared(medium: Medium, { stored = [] }: FileEntry, stream: FileStream): ComparedMessage["outcome"] {
  const algorithms = stored.map(({ algorithm }): Algorithm => algorithm);
  const digests = streamDigests(medium, stream, algorithms.length > 0 ? algorithms : ["md5"]);
  if (digests === null || digests.unread.length > 0) return "unread";
  if (stored.length === 0) return "not-stored";
  return stored.every(({ algorithm, digest }) => digests.digests[algorithm] === digest) ? "same" : "differs";
}
