import type { UnreadReason } from "./read-error.ts";

/** One thing in a folder, in the order of the names' bytes. `pathBytes` is relative to the folder, names joined by "/". */
export type FolderEntry = FolderFile | FolderUnread | FolderLink;

/** A regular file. Each of its names (hard links) is listed. */
interface FolderFile {
  kind: "file";
  pathBytes: Uint8Array;
  sizeBytes: number;
  /** Whole milliseconds, rounded down. */
  mtimeMs: number;
  /** "device:inode", decimal: the same for hard links. */
  identity: string;
  /** How many names the file has; above 1 others may be listed too. */
  names: number;
}

/** Something that was not opened or could not be. */
export interface FolderUnread {
  kind: "unread";
  pathBytes: Uint8Array;
  why: UnreadReason;
  /** What stands there; "mount": another file system, which is a source of its own; "loop": a folder within itself. */
  what: "folder" | "mount" | "fifo" | "socket" | "device" | "loop" | "unknown";
}

/** A symbolic link: never followed; to be counted and told. */
interface FolderLink {
  kind: "link";
  pathBytes: Uint8Array;
}

/** An open file of a folder. */
export interface OpenFile {
  readonly fd: number;
  /** Size when it was opened. */
  readonly sizeBytes: number;
  /** Reads to view.length or to where the file ends now. @throws ReadError as OpenBytes.readSync. */
  readSync(view: Uint8Array, offsetBytes: number): number;
  /** Whether size, content time or status time differ from when it was opened: to be told in the report. */
  changed(): boolean;
  close(): void;
}
