import type { FileTimes } from "./file-entry.ts";
import { u16, u32, u64 } from "./ntfs-fields.ts";

// @see Apple File System Reference (2020-06-22): "j_inode_val_t", "Extended Fields", "j_xattr_val_t"

export interface ApfsInode {
  parent: number;
  /** Whose extents its bytes are. */
  content: number;
  mode: number;
  /** Its own name, the first where it has several; null where none is told. */
  name: Uint8Array | null;
  /** Null where it has no stream. */
  sizeBytes: number | null;
  compressed: boolean;
  times: FileTimes;
}

const FIELDS = 92;
const FIELD = { name: 4, stream: 8 } as const;
const COMPRESSED = 0x20;

export function apfsInode(value: Uint8Array): ApfsInode {
  const inode: ApfsInode = {
    parent: u64(value, 0),
    content: u64(value, 8),
    mode: u16(value, 80),
    name: null,
    sizeBytes: null,
    compressed: (u32(value, 68) & COMPRESSED) !== 0,
    times: apfsTimes(value),
  };
  const count = Math.min(u16(value, FIELDS), 64);
  let at = FIELDS + 4 + count * 4;
  for (let i = 0; i < count; i++) {
    const length = u16(value, FIELDS + 4 + i * 4 + 2);
    const kind = value[FIELDS + 4 + i * 4];
    if (kind === FIELD.name) inode.name = untilZero(value.slice(at, at + length));
    if (kind === FIELD.stream) inode.sizeBytes = u64(value, at);
    at += Math.ceil(length / 8) * 8;
  }
  return inode;
}

/** A name up to the zero that ends it. */
export function untilZero(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** An attribute of a file: its bytes, or the stream that holds them. */
export interface ApfsAttribute {
  name: string;
  bytes: Uint8Array | null;
  stream: { content: number; sizeBytes: number } | null;
}

const decoder = new TextDecoder();
const IN_STREAM = 1;

export function apfsAttribute(key: Uint8Array, value: Uint8Array): ApfsAttribute {
  const name = decoder.decode(untilZero(key.subarray(10, 10 + u16(key, 8))));
  if ((u16(value, 0) & IN_STREAM) !== 0) {
    return { name, bytes: null, stream: { content: u64(value, 4), sizeBytes: u64(value, 12) } };
  }
  return { name, bytes: value.slice(4, 4 + u16(value, 2)), stream: null };
}

const NS_IN_MS = 1_000_000n;

function apfsTimes(value: Uint8Array): FileTimes {
  const times: FileTimes = {};
  const names = ["createdMs", "modifiedMs", "changedMs", "accessedMs"] as const;
  names.forEach((name, i) => {
    const ns = BigInt(u32(value, 16 + i * 8)) | (BigInt(u32(value, 20 + i * 8)) << 32n);
    if (ns !== 0n) times[name] = Number(BigInt.asIntN(64, ns) / NS_IN_MS);
  });
  return times;
}
