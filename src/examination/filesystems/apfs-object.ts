import { u16, u32, u64 } from "./ntfs-fields.ts";
import type { VolumeReader } from "./volume-bytes.ts";

// @see Apple File System Reference (2020-06-22): "Objects", "Object Maps", "B-Trees"

/** Reads whole blocks of a container. */
export interface ApfsBlocks {
  blockBytes: number;
  blocks: number;
  /** An object whose checksum holds; null where there is none. */
  object(block: number): Uint8Array | null;
}

const NODES_KEPT = 512;

export function apfsBlocks(read: VolumeReader, size: { blockBytes: number; blocks: number }): ApfsBlocks {
  const kept = new Map<number, Uint8Array | null>();
  const { blockBytes, blocks } = size;
  return {
    ...size,
    object: (block) => {
      if (!(block >= 0 && block < blocks)) return null;
      const known = kept.get(block);
      if (known !== undefined) return known;
      const bytes = read(block * blockBytes, blockBytes);
      const object = bytes.length === blockBytes && isApfsObject(bytes) ? bytes : null;
      kept.set(block, object);
      const oldest = kept.size > NODES_KEPT ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
      return object;
    },
  };
}

const MODULUS = 2 ** 32 - 1;

/** The two halves of an object's checksum: Fletcher's over words of 32 bits, behind its own 8 bytes. */
export function apfsChecksum(bytes: Uint8Array): [number, number] {
  let a = 0;
  let b = 0;
  for (let at = 8; at + 4 <= bytes.length; at += 4) {
    a += u32(bytes, at);
    if (a >= MODULUS) a -= MODULUS;
    b += a;
    if (b >= MODULUS) b -= MODULUS;
  }
  const low = MODULUS - ((a + b) % MODULUS);
  return [low, MODULUS - ((a + low) % MODULUS)];
}

function isApfsObject(bytes: Uint8Array): boolean {
  const [low, high] = apfsChecksum(bytes);
  return u32(bytes, 0) === low && u32(bytes, 4) === high;
}

/** A node of a tree, and its rows. */
export interface ApfsNode {
  leaf: boolean;
  level: number;
  rows: { key: Uint8Array; value: Uint8Array }[];
}

const NODE = { root: 1, leaf: 2, fixed: 4 } as const;
const HEAD = 56;
const INFO = 40;

/** The rows of a node; `fixed`: how long keys and values are where the node does not say. Null where it is none. */
export function apfsNode(bytes: Uint8Array, fixed: { key: number; value: number }): ApfsNode | null {
  const type = u16(bytes, 24);
  if (type !== 2 && type !== 3) return null;
  const flags = u16(bytes, 32);
  const leaf = (flags & NODE.leaf) !== 0;
  const isFixed = (flags & NODE.fixed) !== 0;
  const count = Math.min(u32(bytes, 36), Math.floor(bytes.length / 4));
  const table = HEAD + u16(bytes, 40);
  const keys = table + u16(bytes, 42);
  const end = bytes.length - ((flags & NODE.root) !== 0 ? INFO : 0);
  const rows: ApfsNode["rows"] = [];
  for (let i = 0; i < count; i++) {
    const at = table + i * (isFixed ? 4 : 8);
    const keyAt = keys + u16(bytes, at);
    const valueAt = end - u16(bytes, at + (isFixed ? 2 : 4));
    const keyLength = isFixed ? fixed.key : u16(bytes, at + 2);
    const valueLength = isFixed ? (leaf ? fixed.value : 8) : u16(bytes, at + 6);
    if (at + 4 > keys || keyAt + keyLength > end || valueAt < keys || valueAt > end) continue;
    rows.push({
      key: bytes.subarray(keyAt, keyAt + keyLength),
      value: bytes.subarray(valueAt, Math.min(end, valueAt + valueLength)),
    });
  }
  return { leaf, level: u16(bytes, 34), rows };
}

const OMAP = { key: 16, value: 16 } as const;
const DEEPEST = 16;
const DELETED = 1;

/** Finds in an object map where a virtual object stood at a transaction; null where it did not. */
export function openObjectMap(blocks: ApfsBlocks, mapBlock: number): (oid: number, xid: number) => number | null {
  const map = blocks.object(mapBlock);
  const root = map === null ? -1 : u64(map, 48);
  return (oid, xid) => {
    let block = root;
    for (let depth = 0; depth < DEEPEST; depth++) {
      const bytes = blocks.object(block);
      const node = bytes === null ? null : apfsNode(bytes, OMAP);
      if (node === null) return null;
      const row = node.rows.findLast(({ key }) => u64(key, 0) < oid || (u64(key, 0) === oid && u64(key, 8) <= xid));
      if (row === undefined) return null;
      if (node.leaf) return u64(row.key, 0) !== oid || (u32(row.value, 0) & DELETED) !== 0 ? null : u64(row.value, 8);
      block = u64(row.value, 0);
    }
    return null;
  };
}
