import { INSIDE_LIMITS, openBudget } from "#examination/containers";
import type { InsideVisitor } from "#examination/containers/node";
import type { FileStream } from "#examination/filesystems";
import { entryChain } from "./entry-place.ts";
import { lookInsideDisks } from "./inner-disk.node.ts";
import { asFarAsThere } from "./kept-stream.ts";
import type { GuardedEntry } from "./walk-guard.node.ts";

/** Takes what is in an entry. */
interface EntryVisitor extends InsideVisitor {
  /** A clock for its budget; absent: that of the process. */
  nowMs?(): number;
}

/**
 * Looks into what an entry's streams hold, with a budget for each; what is not to be touched is left alone.
 *
 * @param streams Of the entry.
 */
export function lookInsideEntry(found: GuardedEntry, streams: readonly FileStream[], visitor: EntryVisitor): void {
  const { entry, closed } = found;
  if (closed || entry.kind !== "file") return;
  const nowMs = (): number => visitor.nowMs?.() ?? performance.now();
  for (const stream of streams) {
    if (stream.encrypted === true) continue;
    const source = asFarAsThere(found, stream).kept.read;
    if (source.sizeBytes === 0) continue;
    const budget = openBudget(INSIDE_LIMITS, { sizeBytes: source.sizeBytes, nowMs });
    lookInsideDisks({ chain: entryChain(found, entry, stream), source }, visitor, budget);
  }
}
