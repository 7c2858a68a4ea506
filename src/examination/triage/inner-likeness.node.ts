import type { ComparedFile } from "./compared-file.node.ts";
import { type DecodeLine, decodeLine, type LineGround } from "./decode-line.node.ts";
import { heldMedia, type MediaContent } from "./held-media.node.ts";
import type { InnerStanding } from "./inside-book.ts";
import { INNER_LIKENESS } from "./thresholds.ts";

/** One file whose bytes come, once and in order. */
export interface InnerMedia {
  /** To be done with at return. */
  piece(bytes: Uint8Array): void;
  /** @param isProven Blocks in it are listed, though their finding names another place. */
  end(isProven?: boolean): void;
  /** The rest of it does not come. */
  drop(): void;
}

/** Compares pictures and videos by likeness that stand in files or that no folder names, while they are found. */
export interface InnerLikeness {
  line: Pick<DecodeLine, "wait" | "isWaiting" | "waitedMs" | "left" | "underWay" | "settled" | "close">;
  begin(at: InnerStanding, inner: "inside" | "carved"): InnerMedia;
}

type Place = Pick<ComparedFile, "key" | "standing" | "sizeBytes" | "sha256" | "inner" | "isProven"> & {
  kind: MediaContent["kind"];
};

/**
 * Opens it; nothing is opened or started before the first picture comes. The same bytes are decoded once; every place of them has its
 * result. What was compared counts also where the reader of the outer file ends behind it.
 */
export function innerLikeness(ground: LineGround): InnerLikeness {
  const { desk } = ground;
  const line = decodeLine(ground);
  let taken = 0;
  const take = (own: Place, { sha256, bytes }: MediaContent): void => {
    const heldBytes = bytes?.length ?? 0;
    const known = desk.ofContent(sha256);
    const isNew = desk.find(own.key) === undefined;
    if (isNew && ++taken > INNER_LIKENESS.filesMost) line.leave(1);
    else if (isNew && bytes === null) desk.take(resultAt(own, { key: "", is: "undecoded", why: "too-large" }));
    else if (isNew && known !== undefined) desk.take(resultAt(own, known));
    else if (isNew && bytes !== null) {
      line.add(sha256, bytes, (found) => desk.take(resultAt(own, found)));
      return;
    }
    line.holds(-heldBytes);
  };
  const begin: InnerLikeness["begin"] = (at, inner) => {
    const held = heldMedia(INNER_LIKENESS.fileMostBytes, line.holds);
    return {
      piece: held.piece,
      drop: held.drop,
      end(isProven = false) {
        const content = held.end();
        if (content === null) return;
        const { kind, sha256, sizeBytes } = content;
        const key = `${sha256} ${at.place}\0${at.placeBytes ?? ""}`;
        take({ ...{ key, standing: at, sizeBytes, sha256, kind, inner }, ...(isProven && { isProven }) }, content);
      },
    };
  };
  return { line, begin };
}

/** What came of some bytes, at one of their places. A beginning that no decoder can follow was none: carving counts it. */
function resultAt({ kind, ...own }: Place, { is, why, leads, unknown }: ComparedFile): ComparedFile {
  const { key, inner } = own;
  const isDecoy = inner === "carved" && kind === "picture" && why === "not-decoded";
  if (is === "none" || isDecoy) return { key, is: "none", ...(inner && { inner }) };
  return { ...own, is, ...(why && { why }), ...(leads && { leads, ranges: null }), ...(unknown && { unknown }) };
}
