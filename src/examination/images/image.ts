import type { ByteSource } from "#examination/sources";

/** One file of an image. */
export interface ImageFile {
  /** Its name without folders, as the folder holds it. */
  name: Uint8Array;
  source: ByteSource;
}

/** The folder an image's file stands in: other segments, parents. Names are bytes; opening never leaves the folder. */
export interface Siblings {
  names(): Iterable<Uint8Array>;
  /** Null where there is no such file, or it may not be read. */
  open(name: Uint8Array): ByteSource | null;
}

export type ImageFormat = "raw" | "ewf" | "qcow2" | "vmdk" | "vhd" | "vhdx" | "vdi" | "udif" | "ad1" | "aff4" | "disc";

/** Something an image's container says wrongly or lacks; examination goes on without it. Sentences: "problem.<what>". */
export interface ImageProblem {
  /** File of the image and where in it, e.g. "x.E02 at byte 76". */
  place: string;
  what: ProblemCode;
  values: Record<string, string | number>;
}

type ProblemCode =
  | "missing-segments"
  | "other-set"
  | "broken-chain"
  | "checksum"
  | "file-ends-early"
  | "digests-differ"
  | "size-differs"
  | "unplaced-chunks"
  | "header";

/** Bytes of the media, from its start. */
export interface MediaRange {
  startByte: number;
  lengthBytes: number;
}

/** What the acquisition wrote beside the media. */
export interface Acquisition {
  /** Digests of the whole media as the tool stored them; lower-case hexadecimal. */
  hashes: { algorithm: "md5" | "sha1" | "sha256"; digest: string }[];
  /** Sectors the tool could not read when the image was made (it wrote zeros there). */
  badSectors: MediaRange[];
  /** Case, evidence, examiner, notes, software, times …: as the file says, at most 1,024 characters each. */
  facts: Record<string, string>;
}

/** One file of a logical image (AD1): files without their disk. */
export interface LogicalEntry {
  path: Uint8Array[];
  kind: "file" | "directory";
  /** Whether the tool that made the image says that the file was deleted. */
  deleted: boolean;
  sizeBytes: number;
  times: { modifiedMs?: number; createdMs?: number; accessedMs?: number; changedMs?: number };
  /** Digests stored beside the file. */
  hashes: Acquisition["hashes"];
  read: ByteSource;
}

/** An image that can be read. */
export interface OpenImage {
  format: ImageFormat;
  /** The kind of the format: "dynamic", "streamOptimized" …; "" where there is one kind only. */
  variant: string;
  /** Files the image is of, the given one among them, parents last. */
  files: Uint8Array[];
  /** The disk's bytes; of a logical image none (size 0). */
  media: ByteSource;
  /** Ranges of the media known from the start to be unreadable: missing segments, chunks no table names. */
  unread: MediaRange[];
  acquisition: Acquisition;
  /** Grows while the media is read: tables and chunks are checked where they are first used. */
  problems: ImageProblem[];
  /** Files of a logical image. */
  entries?: () => Iterable<LogicalEntry>;
}

/** An image that is not read, by the name of what stands against it. Sentences: "refused.<name>". */
export interface Refusal {
  refused: RefusalName;
  values: Record<string, string | number>;
}

export type RefusalName =
  | "ex01"
  | "lx01"
  | "l01"
  | "ewf-first-segment"
  | "ewf-damaged"
  | "aff"
  | "aff4-circle"
  | "aff4-kind"
  | "aff4-damaged"
  | "parallels"
  | "sparseimage"
  | "qcow2-encrypted"
  | "qcow2-feature"
  | "qcow2-damaged"
  | "qcow2-data-file"
  | "vmdk-extent-missing"
  | "vmdk-extent-kind"
  | "vmdk-damaged"
  | "vhd-damaged"
  | "vhdx-damaged"
  | "vhdx-log"
  | "vdi-kind"
  | "udif-segments"
  | "udif-damaged"
  | "udif-encrypted"
  | "ad1-kind"
  | "ad1-damaged"
  | "parent-missing"
  | "parent-other"
  | "parent-chain"
  | "segment-missing"
  | "foreign"
  | "packed"
  | "empty";

/** Opens another file of the folder as an image: for parents of differencing images. */
export type OpenParent = (name: Uint8Array) => OpenImage | Refusal | null;

/** Whether an answer is a refusal. */
export function isRefusal(answer: object): answer is Refusal {
  return "refused" in answer;
}

/** An acquisition about which the format says nothing. */
export function noAcquisition(): Acquisition {
  return { hashes: [], badSectors: [], facts: {} };
}
