import type { ByteSource } from "#examination/sources";
import { ReadError } from "#examination/sources";
import { be16, be32 } from "./hfs-fields.ts";
import type { NoteProblem } from "./problem.ts";

// @see Apple Technical Note TN1150, "B-Trees"

const LEAF = 0xff;
const NODES_LIMIT = 4_000_000;

/** A B-tree over the bytes of its file. */
export interface HfsTree {
  nodeBytes: number;
  nodes: number;
  firstLeaf: number;
  node(number: number): Uint8Array;
}

/** A record of a leaf: its key and what stands behind it. */
export interface HfsRecord {
  key: Uint8Array;
  value: Uint8Array;
}

/** The tree of a file; null where its first node is none. */
export function openHfsTree(file: ByteSource, note: NoteProblem): HfsTree | null {
  const read = (at: number, length: number): Uint8Array => readQuietly(file, note, { at, length });
  const head = read(0, 512);
  const nodeBytes = be16(head, 32);
  if (head[8] !== 1 || nodeBytes < 512 || (nodeBytes & (nodeBytes - 1)) !== 0) return null;
  const nodes = Math.min(Math.floor(file.sizeBytes / nodeBytes), NODES_LIMIT);
  return { nodeBytes, nodes, firstLeaf: be32(head, 24), node: (number) => read(number * nodeBytes, nodeBytes) };
}

function readQuietly(file: ByteSource, note: NoteProblem, { at, length }: { at: number; length: number }): Uint8Array {
  const view = new Uint8Array(Math.max(0, Math.min(length, file.sizeBytes - at)));
  try {
    return view.subarray(0, file.readSync(view, at));
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    note("unreadable", error.offsetBytes, { length: view.length - error.goodBytes });
    return view.subarray(0, error.goodBytes);
  }
}

/** The leaves in the order of their keys; each node once. Where the chain breaks, the other leaves follow as they stand. */
export function* leafNodes(tree: HfsTree, note: NoteProblem): Generator<Uint8Array> {
  const seen = new Uint8Array((tree.nodes >> 3) + 1);
  const isNew = (number: number): boolean => {
    const bit = 1 << (number & 7);
    const old = seen[number >> 3] ?? 0;
    seen[number >> 3] = old | bit;
    return (old & bit) === 0;
  };
  for (let number = tree.firstLeaf; number !== 0; ) {
    const bytes = number < tree.nodes && isNew(number) ? tree.node(number) : new Uint8Array(0);
    if (!isLeaf(bytes)) {
      note("tree-broken", null, { node: number });
      break;
    }
    yield bytes;
    number = be32(bytes, 0);
    if (number !== 0) continue;
    return;
  }
  if (tree.firstLeaf === 0) return;
  for (let number = 1; number < tree.nodes; number++) {
    const bytes = isNew(number) ? tree.node(number) : new Uint8Array(0);
    if (isLeaf(bytes)) yield bytes;
  }
}

/** Whether bytes are a leaf: of the right kind and height, its table of records in order. */
export function isLeaf(bytes: Uint8Array): boolean {
  if (bytes.length < 512 || bytes[8] !== LEAF || bytes[9] !== 1) return false;
  const count = be16(bytes, 10);
  if (count === 0 || 14 + count * 2 > bytes.length || be16(bytes, bytes.length - 2) !== 14) return false;
  return offsetsOf(bytes).length === count + 1;
}

/** Starts of a node's records and of its free room, up to the first that is out of order. */
function offsetsOf(bytes: Uint8Array): number[] {
  const count = be16(bytes, 10);
  const offsets: number[] = [];
  const most = bytes.length - 2 * (count + 1);
  for (let i = 0; i <= count; i++) {
    const at = be16(bytes, bytes.length - 2 * (i + 1));
    if (at > most || at <= (offsets.at(-1) ?? 13)) break;
    offsets.push(at);
  }
  return offsets;
}

/** The records of a leaf. */
export function leafRecords(bytes: Uint8Array): HfsRecord[] {
  const offsets = offsetsOf(bytes);
  const records: HfsRecord[] = [];
  for (let i = 0; i + 1 < offsets.length; i++) {
    const record = recordOf(bytes.subarray(offsets[i], offsets[i + 1]));
    if (record !== null) records.push(record);
  }
  return records;
}

/** A record: the length of its key, the key, padding to an even place, the value. */
export function recordOf(bytes: Uint8Array): HfsRecord | null {
  const keyEnd = 2 + be16(bytes, 0);
  if (keyEnd > bytes.length) return null;
  return { key: bytes.subarray(2, keyEnd), value: bytes.subarray(keyEnd + (keyEnd & 1)) };
}

/** The room of a leaf that no record has. */
export function freeRoom(bytes: Uint8Array): Uint8Array {
  const offsets = offsetsOf(bytes);
  return bytes.subarray(offsets.at(-1) ?? bytes.length, bytes.length - 2 * offsets.length);
}
