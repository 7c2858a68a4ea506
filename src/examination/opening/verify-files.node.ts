import type { EvidenceMedium } from "./evidence-medium.node.ts";
import type { ComparedMessage } from "./reader-message.node.ts";
import { runReader } from "./run-reader.node.ts";
import type { LostObject } from "./walk-state.ts";

/** Files that are named one by one. */
const NAMED_MOST = 1000;

/** What comparing a logical image's files with their stored digests showed. */
export interface FilesVerification {
  /** Of files that cannot be read, or that ended their reader: "incomplete", before "mismatch". */
  outcome: "verified" | "mismatch" | "incomplete" | "nothing-stored";
  counts: Record<ComparedMessage["outcome"], number>;
  /** Files that differ or cannot be read, at most 1,000 of them. */
  named: Pick<ComparedMessage, "place" | "outcome">[];
  lost: LostObject[];
}

/** Compares every file of a logical image with the digests stored with it, in limited children. */
export async function verifyFiles(medium: EvidenceMedium, signal: AbortSignal): Promise<FilesVerification> {
  const counts = { same: 0, differs: 0, unread: 0, "not-stored": 0 };
  const named: FilesVerification["named"] = [];
  const { how, lost } = await runReader({
    ...{ medium, signal, goesOn: true },
    task: () => ({ verb: "compare" }),
    onMessage: (message) => {
      if (message.kind !== "compared") return null;
      const { place, outcome, reached } = message as unknown as ComparedMessage;
      counts[outcome]++;
      if ((outcome === "differs" || outcome === "unread") && named.length < NAMED_MOST) named.push({ place, outcome });
      return reached;
    },
  });
  const whole = how === "done" && lost.length === 0 && counts.unread === 0;
  const good = counts.same === 0 ? "nothing-stored" : "verified";
  return { outcome: whole ? (counts.differs > 0 ? "mismatch" : good) : "incomplete", counts, named, lost };
}
