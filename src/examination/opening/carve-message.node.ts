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

/** Pictures and films by their structure. */
export interface CarveTask {
  verb: "carve";
  /** First link of every place, hexadecimal; absent: the medium's own name. */
  name?: string;
  files: CarveFiles;
  everyBytes: 1 | 512;
  /** Whether films' bytes are told, too; pictures' always are. */
  filmBytes: boolean;
  from: CarvePlace;
}

/** The one picture that was found at a place before. */
export interface CarvedAtTask {
  verb: "carved-at";
  /** Hexadecimal, from the medium on. */
  names: string[];
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
