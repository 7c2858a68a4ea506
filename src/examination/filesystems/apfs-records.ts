import type { ApfsVolume } from "./apfs-container.ts";
import { type ApfsNode, apfsNode } from "./apfs-object.ts";
import { u32, u64 } from "./ntfs-fields.ts";
import type { NoteProblem } from "./problem.ts";

// @see Apple File System Reference (2020-06-22): "File-System Objects", "B-Trees"

/** Kinds of records of a volume. */
export const APFS_RECORD = { snapshot: 1, inode: 3, attribute: 4, sibling: 5, extent: 8, name: 9 } as const;

/** A record: whose it is, its kind, and the rest of its key. */
export interface ApfsRecord {
  id: number;
  kind: number;
  key: Uint8Array;
  value: Uint8Array;
}

const DEEPEST = 16;

/** Where a scan begins, and how nodes of a tree are found. */
export interface ApfsScan {
  root: number;
  /** Nodes are named by virtual numbers; else by their blocks. */
  virtual: boolean;
  from?: { id: number; kind: number };
}

/** Records of a tree in their order, from one on; a node that is damaged is noted and passed over. */
export function* apfsRecords(volume: ApfsVolume, scan: ApfsScan, note: NoteProblem): Generator<ApfsRecord> {
  const { root, virtual, from = { id: 0, kind: 0 } } = scan;
  const { blocks } = volume;
  const load = (oid: number, level: number | null): ApfsNode | null => {
    const block = virtual ? volume.place(oid) : oid;
    const bytes = block === null ? null : blocks.object(block);
    const node = bytes === null ? null : apfsNode(bytes, { key: 8, value: 8 });
    const isOther = volume.strict && bytes !== null && (u64(bytes, 8) !== oid || u64(bytes, 16) > volume.xid);
    if (node !== null && !isOther && node.level < DEEPEST && (level === null || node.level === level)) return node;
    note("tree-broken", block === null ? null : block * blocks.blockBytes, { node: oid });
    return null;
  };
  const top = load(root, null);
  const path = top === null ? [] : [{ node: top, next: startOf(top, from) }];
  let nodesLeft = blocks.blocks + 16;
  for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
    const row = here.node.rows[here.next++];
    if (row === undefined) path.pop();
    else if (!here.node.leaf) {
      if (nodesLeft-- <= 0) return note("tree-broken", null, { node: root });
      const node = here.node.level === 0 ? null : load(readLow(row.value), here.node.level - 1);
      if (node !== null) path.push({ node, next: startOf(node, from) });
    } else {
      const record = recordOf(row);
      if (record.id > from.id || (record.id === from.id && record.kind >= from.kind)) yield record;
    }
  }
}

function recordOf({ key, value }: { key: Uint8Array; value: Uint8Array }): ApfsRecord {
  const high = u32(key, 4);
  return { id: u32(key, 0) + (high & 0x0fffffff) * 2 ** 32, kind: high >>> 28, key, value };
}

/** A number of 60 bits. */
function readLow(bytes: Uint8Array): number {
  return u32(bytes, 0) + (u32(bytes, 4) & 0x0fffffff) * 2 ** 32;
}

/** The row of an inner node under which a place is, or the first of a leaf. */
function startOf(node: ApfsNode, from: { id: number; kind: number }): number {
  if (node.leaf) return 0;
  const at = node.rows.findLastIndex((row) => {
    const { id, kind } = recordOf(row);
    return id < from.id || (id === from.id && kind < from.kind);
  });
  return Math.max(0, at);
}
