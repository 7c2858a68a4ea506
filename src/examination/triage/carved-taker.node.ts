import type { CarvedPlace, CarvedTaker } from "#examination/opening/node";
import { placeText } from "#examination/sources";
import type { InnerMedia } from "./inner-likeness.node.ts";
import type { InnerMatching } from "./inner-matcher.node.ts";
import type { InnerStanding } from "./inside-book.ts";
import { entered, lineOf, type TakerGround } from "./inside-taker.node.ts";

const STANDINGS: Record<CarvedPlace["what"], NonNullable<InnerStanding["standing"]>> = {
  free: "unallocated",
  slack: "slack",
  outside: "outside",
  file: "allocated",
};

/** What was carved itself, and does not stand in such a file. */
const CARVED = /(?:unallocated|slack|carved)@\d+$/;

/**
 * Compares every file that was found by its structure alone. Blocks that stand at sectors' beginnings were met when all was read.
 *
 * @param isProof Whether a block of this set is a second proof.
 */
export function carvedTaker(
  { matcher, book, contentKey, likeness, journal }: TakerGround,
  isProof: (set: number) => boolean,
): CarvedTaker {
  let open: { at: InnerStanding; aligned: boolean; matching: InnerMatching; media?: InnerMedia } | null = null;
  return {
    begin: ({ chain, what, aligned }) => {
      open?.media?.drop();
      const at: InnerStanding = { ...placeText(chain), standing: STANDINGS[what] };
      const found = CARVED.test(at.place) ? "carved" : "inside";
      open = { at, aligned, matching: matcher.begin(), ...(likeness && { media: likeness.begin(at, found) }) };
    },
    piece(bytes) {
      open?.matching.piece(bytes);
      open?.media?.piece(bytes);
    },
    end(sizeBytes, complete) {
      if (open === null) return;
      const { at, aligned, matching, media } = open;
      const found = matching.end(complete ? sizeBytes : null);
      const match = aligned ? { ...found, hits: [] } : found;
      open = null;
      media?.end(aligned && found.hits.some(({ part }) => isProof(part)));
      const isListed = entered({ book, contentKey }, { at, match, sizeBytes });
      book.looked(0);
      if (isListed) journal(lineOf(at, match, sizeBytes));
    },
    problem(what, { chain }) {
      // What is left of a deleted file is damaged more often than not: that says nothing.
      if (what !== "damaged" && what !== "unread") book.problem(what, placeText(chain));
      book.looked(0);
    },
    disguised({ chain }) {
      book.disguised(placeText(chain));
      book.looked(0);
    },
    takenBack() {
      open?.media?.drop();
      open = null;
    },
  };
}
