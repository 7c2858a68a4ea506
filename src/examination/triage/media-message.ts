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
