import type { ByteSource } from "#examination/sources";
import type { ByteRange, FileEntry } from "./file-entry.ts";
import type { Problem } from "./problem.ts";

export type FileSystemKind =
  | "fat12"
  | "fat16"
  | "fat32"
  | "exfat"
  | "ntfs"
  | "ext2"
  | "ext3"
  | "ext4"
  | "iso9660"
  | "udf"
  | "hfs+"
  | "hfsx"
  | "apfs";

export interface EntryWishes {
  /** Search the free space for directories without a name; reads all of it. Default true. */
  orphans?: boolean;
}

/** A file system in a volume. Every call of entries() and unallocated() reads anew; nothing of them is held. */
export interface FileSystem {
  readonly kind: FileSystemKind;
  /**
   * Its link in places, where its kind is not enough: "ntfs-shadow1" (the oldest shadow copy), "apfs-2" (a container's second
   * volume), "apfs-snapshot1", "apfs-earlier" (earlier checkpoints), "iso9660-session1", "udf-session1". All of them list
   * what the volume as it is now does not.
   */
  readonly link?: string;
  readonly label: string | null;
  /** Size of a cluster or block. */
  readonly blockBytes: number;
  /** Bytes of the volume the file system says it has; may be more than the volume holds. */
  readonly sizeBytes: number;
  /** All that is named: what is allocated first, then what is deleted, then orphans. The root itself is not among them. */
  entries(wishes?: EntryWishes): Iterable<FileEntry>;
  /** Free clusters, those marked bad, and what no cluster covers; ascending, neighbours joined. */
  unallocated(): Iterable<ByteRange>;
  /** Grows while the volume is read. */
  readonly problems: Problem[];
}

/** Tries one kind of file system; null where the volume is none of it. Never throws for foreign bytes. */
export type FileSystemReader = (volume: ByteSource) => FileSystem | null;
