import type { Language } from "#base/words";
import type { FileEntry } from "#examination/filesystems";
import type { OpenImage, Refusal } from "#examination/images";
import type { CarveTask } from "./carve-message.node.ts";
import type { UnreadRange } from "./digests.ts";
import type { HandedFiles } from "./evidence-files.node.ts";
import type { PlantedFault } from "./walk-guard.node.ts";
import type { WalkPosition, WalkState } from "./walk-state.ts";

/** What a reader is given to read: an image's files, or a device as descriptor 3. */
export type HandedMedium =
  | { kind: "image"; place: string; handed: HandedFiles }
  | { kind: "device"; place: string; name: string; sizeBytes: number; fd: number };

/** The one line to the reader (medium-reader.child.node.ts). */
export type ReaderRequest = { medium: HandedMedium; walk: WalkState; fault?: PlantedFault } & ReaderTask;

export type ReaderTask = ListTask | ExtractTask | FactsTask | BytesTask | CarveTask | CompareTask;

/** What is on a medium, as text. */
export interface ListTask {
  verb: "list";
  format: "text" | "json" | "dfxml";
  deleted: boolean;
  /** Also what is in files. */
  inside: boolean;
  hashing: boolean;
  language: Language;
  /** dfxml. */
  command: string;
  startedMs: number;
  /** Whether the lines before the first entry were given. */
  begun: boolean;
}

/** Copies of what stands at a place, or below it. */
export interface ExtractTask {
  verb: "extract";
  names: string[];
  id: number | null;
  deleted: boolean;
  /** What the first reader found out; null: not known yet. */
  choice: ExtractChoice | null;
}

/** One entry's stream, what stands in it, everything below, or what is found by its structure. */
export type ExtractChoice =
  | { what: "one" | "inside"; at: WalkPosition; stream: number }
  | { what: "below" }
  | { what: "carved" };

/** What kind of image it is. */
export interface FactsTask {
  verb: "facts";
}

/** Whether the files of a logical image are as the digests stored with them say. */
export interface CompareTask {
  verb: "compare";
}

/** Every stride-th piece of the media, from one on. */
export interface BytesTask {
  verb: "bytes";
  fromPiece: number;
  stride: number;
  pieceBytes: number;
  /** Of the first piece. */
  fromByte: number;
  /** Pieces that are known to be missing are not told. */
  skipHoles: boolean;
}

/** What stands against it, in a reader's answer. */
export interface RefusedMessage {
  kind: "refused";
  refusal: Refusal;
}

/** Before the first stream. */
export interface ChoiceMessage {
  kind: "choice";
  choice: ExtractChoice | null;
  /** Where several have the place: their numbers. */
  ids: number[];
}

/** A stream whose bytes follow. */
export interface StreamMessage {
  kind: "stream";
  /** Hexadecimal names, from the medium on. */
  chain: string[];
  entry: Pick<FileEntry, "id" | "state" | "certainty" | "times">;
  sizeBytes: number;
  /** Bytes that come, zeros among them. */
  givenBytes: number;
}

/** So many zeros instead of bytes. */
export interface ZerosMessage {
  kind: "zeros";
  lengthBytes: number;
}

/** The end of a stream; `reached`: what was given when its entry is done. */
export interface StreamEndMessage {
  kind: "stream-end";
  unread: UnreadRange[];
  reached: WalkPosition | null;
}

/** A medium's facts. */
export interface FactsMessage extends Pick<OpenImage, "format" | "acquisition" | "unread" | "problems"> {
  kind: "facts";
  sizeBytes: number;
  /** Files without a disk. */
  logical: boolean;
}

/** What came of comparing one file. */
export interface ComparedMessage {
  kind: "compared";
  place: string;
  outcome: "same" | "differs" | "unread" | "not-stored";
  reached: WalkPosition;
}

/** The end of a piece of the media. */
export interface PieceMessage {
  kind: "piece";
  piece: number;
  unread: UnreadRange[];
  /** New ones. */
  problems: OpenImage["problems"];
}
