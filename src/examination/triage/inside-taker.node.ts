import type { InnerPlace, InnerTaker } from "#examination/opening/node";
import { placeText } from "#examination/sources";
import type { InnerMatch, InnerMatcher, InnerMatching } from "./inner-matcher.node.ts";
import type { InnerStanding, InsideBook } from "./inside-book.ts";
import { contentNumber } from "./record.node.ts";

/** What is done with inner files. */
interface TakerGround {
  matcher: InnerMatcher;
  book: InsideBook;
  contentKey: Uint8Array;
  /** Writes one line about a file that is listed, or holds what is. */
  journal(body: Record<string, unknown>): void;
}

/** Compares every inner file as it comes, and enters what is found. */
export function insideTaker({ matcher, book, contentKey, journal }: TakerGround): InnerTaker {
  let open: { at: InnerStanding; matching: InnerMatching } | null = null;
  let lines: Record<string, unknown>[] = [];
  const enter = (at: InnerStanding, { listed, lowEntropy, hits }: InnerMatch, sizeBytes: number): void => {
    if (listed.length === 0 && hits.length === 0) return;
    for (const { part, offsetBytes, fingerprint } of hits) {
      book.hit(at, { offsetBytes, content: contentNumber(contentKey, fingerprint), set: part });
    }
    for (const set of new Set(listed.map(([part]) => part))) {
      const matched = listed.filter(([part]) => part === set).map(([, algorithm]) => ({ algorithm, sizeEqual: true }));
      book.file(at, { sizeBytes, set, matched, lowEntropy });
    }
    lines.push({ inside: true, place: at.place, sizeBytes, blocks: hits.length, listed });
  };
  return {
    begin: (file) => {
      open = { at: standingOf(file), matching: matcher.begin() };
    },
    piece: (bytes) => open?.matching.piece(bytes),
    end({ sizeBytes, complete }) {
      if (open === null) return;
      enter(open.at, open.matching.end(complete ? sizeBytes : null), sizeBytes);
      open = null;
    },
    problem(what, file) {
      // What is left of a deleted file is damaged more often than not: that says nothing.
      if (file.state === undefined || file.state === "allocated") book.problem(what, placeText(file.chain));
    },
    looked(inner) {
      book.looked(inner);
      for (const line of lines) journal(line);
      lines = [];
    },
    takenBack() {
      book.takenBack();
      [open, lines] = [null, []];
    },
  };
}

function standingOf({ chain, state, certainty }: InnerPlace): InnerStanding {
  const place = placeText(chain);
  if (state === undefined) return place;
  if (state === "allocated" || certainty === undefined || certainty === "name-only")
    return { ...place, standing: "allocated" };
  return { ...place, standing: "deleted", certainty };
}
