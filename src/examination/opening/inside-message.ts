import type { InnerFacts, InnerProblem } from "#examination/containers";
import type { FileEntry } from "#examination/filesystems";
import type { WalkPosition } from "./walk-state.ts";

/** How the outermost file stands on its medium; absent: a file of a folder. */
type Standing = Partial<Pick<FileEntry, "state" | "certainty">>;

/** Which of a medium's files are looked into. */
export interface InsideTask {
  /** Of the medium, hexadecimal: the first link of every place. */
  name: string;
  /** Also those that are not named like files that hold files. */
  all: boolean;
}

/** One file of a folder, in the order of the descriptors from 3 on. */
export interface InsideFile {
  /** Hexadecimal names. */
  chain: string[];
  sizeBytes: number;
}

/** What a child says of a file within a file; its bytes follow. */
export interface InnerMessage extends Standing {
  kind: "inner";
  chain: string[];
}

export interface InnerEndMessage extends InnerFacts {
  kind: "inner-end";
}

export interface InnerProblemMessage extends Standing {
  kind: "inner-problem";
  what: InnerProblem;
  chain: string[];
}

/** A picture or film, the outermost file or one in it, whose name says something else. */
export interface DisguisedMessage extends Standing {
  kind: "disguised";
  chain: string[];
}

/** An outermost file is done: what was said since the last one stands. */
export interface LookedMessage {
  kind: "looked";
  /** Files found in it. */
  inner: number;
  reached: WalkPosition;
}
