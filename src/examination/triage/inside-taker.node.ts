import type { InnerPlace, InnerTaker } from "#examination/opening/node";
import { placeText } from "#examination/sources";
import type { InnerLikeness, InnerMedia } from "./inner-likeness.node.ts";
import type { InnerMatch, InnerMatcher, InnerMatching } from "./inner-matcher.node.ts";
import type { InnerStanding, InsideBook } from "./inside-book.ts";
import { matchedBySet } from "./list-sets.ts";
import { contentNumber } from "./record.node.ts";

/** What is done with inner files. */
export interface TakerGround {
  matcher: InnerMatcher;
  book: InsideBook;
  contentKey: Uint8Array;
  /** Pictures and videos are compared by likeness, too; absent: no list asks for it. */
  likeness?: InnerLikeness;
  /** Writes one line about a file that is listed, or holds what is. */
  journal(body: Record<string, unknown>): void;
}

/** Compares every inner file as it comes, and enters what is found. */
export function insideTaker({ matcher, book, contentKey, likeness, journal }: TakerGround): InnerTaker {
  let open: { at: InnerStanding; matching: InnerMatching; media?: InnerMedia } | null = null;
  let lines: Record<string, unknown>[] = [];
  return {
    begin: (file) => {
      open?.media?.drop();
      const at = standingOf(file);
      open = { at, matching: matcher.begin(), ...(likeness && { media: likeness.begin(at, "inside") }) };
    },
    piece(bytes) {
      open?.matching.piece(bytes);
      open?.media?.piece(bytes);
    },
    end({ sizeBytes, complete }) {
      if (open === null) return;
      const match = open.matching.end(complete ? sizeBytes : null);
      if (entered({ book, contentKey }, { at: open.at, match, sizeBytes }))
        lines.push(lineOf(open.at, match, sizeBytes));
      open.media?.end();
      open = null;
    },
    problem(what, file) {
      // What is left of a deleted file is damaged more often than not: that says nothing.
      if (file.state === undefined || file.state === "allocated") book.problem(what, placeText(file.chain));
    },
    disguised: (file) => book.disguised(placeText(file.chain)),
    looked(inner) {
      book.looked(inner);
      for (const line of lines) journal(line);
      lines = [];
    },
    takenBack() {
      book.takenBack();
      open?.media?.drop();
      [open, lines] = [null, []];
    },
  };
}

/** Enters what of a file is listed. @returns Whether anything is. */
export function entered(
  { book, contentKey }: Pick<TakerGround, "book" | "contentKey">,
  { at, match, sizeBytes }: { at: InnerStanding; match: InnerMatch; sizeBytes: number },
): boolean {
  const { listed, lowEntropy, hits } = match;
  for (const { part, offsetBytes, fingerprint } of hits) {
    book.hit(at, { offsetBytes, content: contentNumber(contentKey, fingerprint), set: part });
  }
  for (const told of matchedBySet(listed)) book.file(at, { sizeBytes, ...told, lowEntropy });
  return listed.length > 0 || hits.length > 0;
}

/** The journal's line about such a file. */
export function lineOf(
  { place }: InnerStanding,
  { hits, listed }: InnerMatch,
  sizeBytes: number,
): Record<string, unknown> {
  return { inside: true, place, sizeBytes, blocks: hits.length, listed };
}

function standingOf({ chain, state, certainty }: InnerPlace): InnerStanding {
  const place = placeText(chain);
  if (state === undefined) return place;
  if (state === "allocated" || certainty === undefined || certainty === "name-only")
    return { ...place, standing: "allocated" };
  return { ...place, standing: "deleted", certainty };
}
