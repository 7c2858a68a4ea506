import { CERTAINTIES, STANDINGS } from "#examination/evidence";
import type { Standing } from "./medium-message.ts";

// The conversation with a reader that lists the files of a medium which may be pictures or videos, and then gives bytes of them as it
// is asked: medium.child.node.ts, verb "media".

/** A stream of an entry: tree, entry and stream, each counted from 0. The same in every walk of one medium. */
export type MediaKey = [tree: number, entry: number, stream: number];

/** A file that may be a picture or video. */
export type MediaRow = [...key: MediaKey, sizeBytes: number, modifiedMs: number, folder: number, named: 0 | 1];

/** What the reader says, besides bytes. */
export type MediaSays =
  | { kind: "media"; rows: MediaRow[] }
  /** No more rows; `beyond` were left out since there are too many. The reader waits for orders. */
  | { kind: "media-end"; beyond: number }
  | { kind: "held" }
  | { kind: "facts"; facts: MediaFacts | null }
  /** After the bytes that an order asked for; fewer where there are no more, or where they cannot be read. */
  | { kind: "given"; goodBytes: number };

/** Where a file stands. */
export interface MediaFacts {
  standing: Standing;
  /** Bytes that can be read. */
  sizeBytes: number;
  /** Where they stand on the medium; empty where they stand nowhere of their own; null: the medium is no disk, its places name files. */
  ranges: [startByte: number, lengthBytes: number][] | null;
}

/** What the reader is asked, one line each, answered one after another. */
export type MediaOrder =
  /** The files that are asked for next; anything else is forgotten. */
  | { order: "hold"; keys: MediaKey[] }
  | { order: "facts"; key: MediaKey }
  | { order: "read"; key: MediaKey; offsetBytes: number; lengthBytes: number }
  | { order: "end" };

const PLACE_MOST = 65_536;

/** A row, believed only in so far as it is one: its reader may have been taken over by what it read. */
export function isRow(row: unknown): row is MediaRow {
  return Array.isArray(row) && row.length === 7 && row.every((value, i) => isWhole(value, i === 4));
}

/** What is said of a file, in the same way. */
export function factsIn(said: unknown): MediaFacts | null {
  if (typeof said !== "object" || said === null || !("standing" in said) || !("sizeBytes" in said)) return null;
  const { standing, sizeBytes } = said;
  const ranges: unknown = "ranges" in said ? said.ranges : undefined;
  if (!isStanding(standing) || !isWhole(sizeBytes, false)) return null;
  if (ranges === null) return { standing, sizeBytes, ranges };
  return Array.isArray(ranges) && ranges.every(isRange) ? { standing, sizeBytes, ranges } : null;
}

function isWhole(value: unknown, signed: boolean): value is number {
  return Number.isSafeInteger(value) && (signed || Number(value) >= 0);
}

function isRange(range: unknown): range is [number, number] {
  return Array.isArray(range) && range.length === 2 && range.every((value) => isWhole(value, false));
}

function isStanding(said: unknown): said is Standing {
  if (typeof said !== "object" || said === null) return false;
  const { place, placeBytes, standing, certainty, ...more } = said as Record<string, unknown>;
  const isPlace = typeof place === "string" && place.length <= PLACE_MOST && Object.keys(more).length === 0;
  const isBytes = placeBytes === undefined || (typeof placeBytes === "string" && /^([0-9a-f]{2})*$/.test(placeBytes));
  const stands = standing === undefined || STANDINGS.some((known) => known === standing);
  return isPlace && isBytes && stands && (certainty === undefined || CERTAINTIES.some((known) => known === certainty));
}
