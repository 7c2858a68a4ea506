import type { CarvedPlace, CarvedTaker } from "#examination/opening/node";
import { placeText } from "#examination/sources";
import type { InnerMatching } from "./inner-matcher.node.ts";
import type { InnerStanding } from "./inside-book.ts";
import { entered, lineOf, type TakerGround } from "./inside-taker.node.ts";

const STANDINGS: Record<CarvedPlace["what"], NonNullable<InnerStanding["standing"]>> = {
  free: "unallocated",
  slack: "slack",
  outside: "outside",
  file: "allocated",
};

/** Compares every file that was found by its structure alone. Blocks that stand at sectors' beginnings were met when all was read. */
export function carvedTaker({ matcher, book, contentKey, journal }: TakerGround): CarvedTaker {
  let open: { at: InnerStanding; aligned: boolean; matching: InnerMatching } | null = null;
  return {
    begin: ({ chain, what, aligned }) => {
      open = { at: { ...placeText(chain), standing: STANDINGS[what] }, aligned, matching: matcher.begin() };
    },
    piece: (bytes) => open?.matching.piece(bytes),
    end(sizeBytes, complete) {
      if (open === null) return;
      const { at, aligned, matching } = open;
      const found = matching.end(complete ? sizeBytes : null);
      const match = aligned ? { ...found, hits: [] } : found;
      open = null;
      const isListed = entered({ book, contentKey }, { at, match, sizeBytes });
      book.looked(0);
      if (isListed) journal(lineOf(at, match, sizeBytes));
    },
    problem(what, { chain }) {
      // What is left of a deleted file is damaged more often than not: that says nothing.
      if (what !== "damaged" && what !== "unread") book.problem(what, placeText(chain));
      book.looked(0);
    },
    takenBack: () => {
      open = null;
    },
  };
}
