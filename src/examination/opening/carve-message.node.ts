import type { Candidate, CarveCount } from "#examination/carving";
import type { UnreadRange } from "./digests.ts";

/**
 * What is searched. "free": what a file system says is free. "slack": behind files' ends. "outside": what belongs to no volume or
 * to one without a file system. "file": a file that is there, of a kind that is not known.
 */
export type AreaKind = "free" | "slack" | "outside" | "file";

/** Files that are searched: those of unknown kind, all, or none. */
export type CarveFiles = "unknown" | "all" | "none";

/** Where a search goes on: areas are numbered in the order of the medium. */
export interface CarvePlace {
  area: number;
  byte: number;
}

/** Pictures, films and files that hold files by their structure. What is in those is told as "inner" (inside-message.ts). */
export interface CarveTask {
  verb: "carve";
  /** First link of every place, hexadecimal; absent: the medium's own name. */
  name?: string;
  files: CarveFiles;
  everyBytes: 1 | 512;
  /** Whether the bytes of films, of files that hold files and of what is in those are told, too; pictures' always are. */
  filmBytes: boolean;
  from: CarvePlace;
}

/** An area begins. */
export interface AreaMessage {
  kind: "area";
  area: number;
  what: AreaKind;
  sizeBytes: number;
}

/** A candidate whose bytes follow. */
export interface FoundMessage {
  kind: "found";
  area: number;
  what: AreaKind;
  /** Hexadecimal names, from the medium on. */
  chain: string[];
  candidate: Candidate;
  number: number;
  outer: number | null;
  sha256: string;
}

/** The end of a candidate's bytes. */
export interface FoundEndMessage {
  kind: "found-end";
  unread: UnreadRange[];
}

/** A file that a deleted entry still names: whoever walks the file system has it. */
export interface NamedMessage {
  kind: "named";
}

/** How far an area was searched. */
export interface SearchedMessage {
  kind: "searched";
  area: number;
  count: CarveCount;
}

/** At an area's end: bytes of it that could not be read. */
export interface UnreadMessage {
  kind: "unread";
  unreadBytes: number;
}
