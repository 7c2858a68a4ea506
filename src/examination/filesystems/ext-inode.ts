import type { EntryKind, FileTimes } from "./file-entry.ts";
import { u16, u32 } from "./ntfs-fields.ts";

// @see Linux Documentation/filesystems/ext4 (6.x): "Index Nodes", "Inode Timestamps"

export const INODE_FLAG = {
  encrypted: 0x800,
  indexed: 0x1000,
  extents: 0x80000,
  attributeBytes: 0x200000,
  inlineBytes: 0x10000000,
};

const KIND_OF_MODE: Record<number, EntryKind> = {
  1: "other",
  2: "other",
  4: "directory",
  6: "other",
  8: "file",
  10: "link",
  12: "other",
};

/** An inode as its bytes say. */
export interface ExtInode {
  number: number;
  kind: EntryKind;
  sizeBytes: number;
  links: number;
  flags: number;
  generation: number;
  times: FileTimes;
  /** Seconds; 0 where it was never deleted. Of an inode on the list of orphans the next one's number. */
  deletedSeconds: number;
  /** Sectors of 512 bytes; 0 where none are counted. */
  sectors: number;
  /** The 60 bytes of pointers, extents, a short link's target, or of the content itself. */
  block: Uint8Array;
  /** All bytes of the inode. */
  bytes: Uint8Array;
}

/** The inode of some bytes; null where it was never used or is of no known kind. */
export function readExtInode(bytes: Uint8Array, number: number): ExtInode | null {
  if (bytes.length < 128) return null;
  const mode = u16(bytes, 0);
  const kind = KIND_OF_MODE[mode >> 12];
  if (kind === undefined) return null;
  const high = kind === "file" || kind === "directory" ? u32(bytes, 108) : 0;
  return {
    number,
    kind,
    sizeBytes: u32(bytes, 4) + high * 2 ** 32,
    links: u16(bytes, 26),
    flags: u32(bytes, 32),
    generation: u32(bytes, 100),
    times: timesOf(bytes),
    deletedSeconds: u32(bytes, 20),
    sectors: u32(bytes, 28) + u16(bytes, 116) * 2 ** 32,
    block: bytes.subarray(40, 100),
    bytes,
  };
}

function timesOf(bytes: Uint8Array): FileTimes {
  const extra = bytes.length >= 132 ? u16(bytes, 128) : 0;
  const end = Math.min(128 + extra, bytes.length);
  const modifiedMs = timeAt(bytes, 16, end >= 140 ? u32(bytes, 136) : 0);
  const changedMs = timeAt(bytes, 12, end >= 136 ? u32(bytes, 132) : 0);
  const accessedMs = timeAt(bytes, 8, end >= 144 ? u32(bytes, 140) : 0);
  if (end < 148 || u32(bytes, 144) === 0) return { modifiedMs, changedMs, accessedMs };
  const createdMs = timeAt(bytes, 144, end >= 152 ? u32(bytes, 148) : 0);
  return { modifiedMs, changedMs, accessedMs, createdMs };
}

/** `more`: two bits above the seconds' 32, and nanoseconds. */
function timeAt(bytes: Uint8Array, at: number, more: number): number {
  return ((u32(bytes, at) | 0) + (more & 3) * 2 ** 32) * 1000 + Math.floor((more >>> 2) / 1e6);
}

/** Times of an inode that was deleted. */
export function deletedTimes(inode: ExtInode, deletedSeconds: number): FileTimes {
  return deletedSeconds === 0 ? inode.times : { ...inode.times, deletedMs: deletedSeconds * 1000 };
}
