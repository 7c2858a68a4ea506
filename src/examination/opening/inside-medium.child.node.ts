// Entry of the child that looks into the files of a medium: archives, documents, mails, stores. It parses under the walls and the guard of
// all readers (docs/design/0020-limited-child.md, 0025-inside-files.md), and tells every inner file with its bytes.
import { fromHex } from "#base/values";
import { isHoldingName } from "#examination/containers";
import { isRefusal } from "#examination/images";
import { type GuardedRequest, guardedChild } from "./guarded-child.node.ts";
import type { InsideTask, LookedMessage } from "./inside-message.ts";
import { lookInsideEntry } from "./look-inside-entry.node.ts";
import { mediumOf } from "./open-medium.node.ts";
import { tellingVisitor } from "./tell-inside.node.ts";
import type { GuardedEntry } from "./walk-guard.node.ts";
import { treesOf } from "./walk-medium.ts";

/** Free space is searched for directories without a name in volumes up to this size: it means reading all of it. */
const ORPHANS_MOST_BYTES = 2 ** 30;
/** Smaller than any file that holds one. */
const LEAST_BYTES = 128;

guardedChild<GuardedRequest & InsideTask>((request, { image, guard, voice }) => {
  if (isRefusal(image)) return;
  const { kind, place } = request.medium;
  const medium = mediumOf(image, { name: fromHex(request.name), place, kind, close: () => undefined, guard });
  let tree = 0;
  for (const at of treesOf(medium)) {
    const orphans = at.volume.sizeBytes <= ORPHANS_MOST_BYTES;
    for (const found of guard.walkTree(at, tree++, { deleted: true, orphans })) {
      voice.beat();
      if (found.given || found.closed || !isWanted(found, request.all)) continue;
      const { state, certainty } = found.entry;
      const visitor = tellingVisitor(voice, { state, certainty });
      const streams = found.entry.streams.filter(({ read }) => read.sizeBytes >= LEAST_BYTES);
      lookInsideEntry(found, streams, visitor);
      const { tree: of, entries } = found.position;
      const message: LookedMessage = {
        kind: "looked",
        inner: visitor.inner,
        reached: { tree: of, entries: entries + 1 },
      };
      voice.json(message);
    }
  }
});

function isWanted({ entry }: GuardedEntry, all: boolean): boolean {
  const { kind, renamed, certainty, path } = entry;
  if (kind !== "file" || renamed === true || certainty === "name-only") return false;
  return all || isHoldingName(path.at(-1) ?? new Uint8Array(0));
}
