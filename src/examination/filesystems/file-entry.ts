import type { ByteSource } from "#examination/sources";

/** Bytes of the volume, from its start. */
export interface ByteRange {
  startByte: number;
  lengthBytes: number;
}

/** Where a piece of a stream stands in the volume; null: nowhere of its own (sparse: zeros; resident; compressed away). */
export interface Extent {
  startByte: number | null;
  lengthBytes: number;
  /** These bytes of the stream are gone (clusters re-used, or not told): its `read` throws there, "REUSED". */
  lost?: true;
}

/** Times of an entry in milliseconds since 1970. localTime: the file system keeps a wall clock without its zone. */
export interface FileTimes {
  modifiedMs?: number;
  /** When its metadata last changed. */
  changedMs?: number;
  createdMs?: number;
  accessedMs?: number;
  /** Only with file systems that keep it (ext4). */
  deletedMs?: number;
  localTime?: true;
}

/** "other": devices, pipes, sockets, volume labels that carry bytes. */
export type EntryKind = "file" | "directory" | "link" | "other";

/** "orphan": what is left of an entry whose directory is not known. */
export type EntryState = "allocated" | "deleted" | "orphan";

/**
 * How sure the bytes are the entry's. "proven": metadata still names every piece. "contiguous-guess": only the start is
 * known, what follows is free. "best-fit": the free pieces that fit best. "partly-overwritten": pieces are gone, those
 * that are left are given. "name-only": its bytes are gone or unknown; none are given.
 */
export type Certainty = "proven" | "contiguous-guess" | "best-fit" | "partly-overwritten" | "name-only";

/** One stream of bytes of an entry. */
export interface FileStream {
  /** Name of an alternate stream; null for the main one. */
  name: string | null;
  /** As the metadata says; `read` holds fewer bytes where the rest is gone. */
  sizeBytes: number;
  read: ByteSource;
  /** In the order of the stream. */
  extents: Extent[];
  /** Allocated to the stream, but beyond its end. */
  slack?: ByteRange[];
  /** The file system itself has enciphered it (EFS): what is read is not what its owner saw. */
  encrypted?: true;
}

/** A file, a directory or another thing with a name in a file system, present or deleted. */
export interface FileEntry {
  /** Names from the root, UTF-8 (WTF-8 for lone surrogates), or the bytes themselves where their script is unknown. */
  path: Uint8Array[];
  /** Stays the same in every reading of the volume; unique where the file system has such a number (inode, record). */
  id: number;
  kind: EntryKind;
  state: EntryState;
  certainty: Certainty;
  times: FileTimes;
  /** Of a directory: the bytes of its table, where it has any of its own. */
  streams: FileStream[];
  /** Of a deleted file: decoding it, or the sums within it, say that these are its bytes, all of them. */
  confirmed?: true;
  /** Digests that whoever made a logical image stored with the file. */
  stored?: { algorithm: "md5" | "sha1" | "sha256"; digest: string }[];
  /** A former name: the file is still known, under the names of the entries with the same id. */
  renamed?: true;
  /** Where a link points, as the file system says; never followed. */
  target?: Uint8Array;
}
