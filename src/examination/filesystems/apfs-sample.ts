// Makes small APFS containers for tests: one volume, one node for each tree.
import { apfsChecksum } from "./apfs-object.ts";

const BLOCK = 4096;
const XID = 4;
const DATA = 24;

export interface SampleRow {
  key: Buffer;
  value: Buffer;
}

/** A file or folder of the sample; folders have no bytes. */
export interface SampleItem {
  id: number;
  parent: number;
  name: string;
  bytes?: Uint8Array;
  target?: string;
  /** Resident attributes. */
  attributes?: Record<string, Uint8Array>;
  compressed?: boolean;
  /** Further names, each in a folder. */
  names?: { parent: number; name: string }[];
}

export interface SampleContainer {
  items: SampleItem[];
  snapshot?: { name: string; items: SampleItem[] };
  /** What the checkpoint before this one had. */
  earlier?: SampleItem[];
  encrypted?: boolean;
  /** The trees of names and of places have two levels. */
  split?: boolean;
}

/** The container's bytes: 64 blocks and as many as the files need. */
export function apfsSample({ items, snapshot, earlier, encrypted = false, split = false }: SampleContainer): Buffer {
  const former = snapshot?.items ?? earlier;
  const all = [...items, ...(former ?? [])];
  const dataBlocks = all.reduce((sum, { bytes }) => sum + Math.ceil((bytes?.length ?? 0) / BLOCK), 0);
  const blocks = 64 + dataBlocks;
  const image = Buffer.alloc(blocks * BLOCK);
  let next = DATA;
  const place = (bytes: Uint8Array): number => {
    const at = next;
    image.set(bytes, at * BLOCK);
    next += Math.ceil(bytes.length / BLOCK);
    return at;
  };
  const put = (at: number, block: Buffer): void => {
    image.set(seal(block), at * BLOCK);
  };
  put(12, superblock({ encrypted, snapshots: snapshot !== undefined, rootTree: 1028, xid: XID }));
  const rows = fileRows(items, place);
  const parts = [rows.slice(0, rows.length >> 1), rows.slice(rows.length >> 1)];
  put(
    15,
    split
      ? node(
          parts.map((part, i) => innerRow(part, 1029 + i)),
          { oid: 1028, kind: 0xe, level: 1 },
        )
      : node(rows, { oid: 1028, kind: 0xe }),
  );
  for (const [i, part] of (split ? parts : []).entries()) {
    put(19 + i, node(part, { oid: 1029 + i, kind: 0xe, child: true }));
  }
  if (former !== undefined) {
    put(17, superblock({ encrypted, snapshots: false, rootTree: 1028, xid: 2 }));
    put(18, node(fileRows(former, place), { oid: 1028, kind: 0xe, xid: 2 }));
  }
  if (snapshot !== undefined) {
    put(16, node([snapshotRow(snapshot.name)], { oid: 16, kind: 0x10 }));
  }
  put(10, objectMap(10, 11));
  const before = earlier === undefined ? [] : [mapRow([1026, 2], 17)];
  put(11, node([...before, mapRow([1026, XID], 12)], { oid: 11, kind: 0xb }));
  put(13, objectMap(13, 14));
  const old = former === undefined ? [] : [mapRow([1028, 2], 18)];
  const places = [...old, mapRow([1028, XID], 15), ...[0, 1].map((i) => mapRow([1029 + i, XID], 19 + i))];
  put(
    14,
    split ? node([innerRow(places, 21)], { oid: 14, kind: 0xb, level: 1 }) : node(places, { oid: 14, kind: 0xb }),
  );
  if (split) put(21, node(places, { oid: 21, kind: 0xb, child: true }));
  put(1, checkpointMap());
  put(3, spaceManager(blocks));
  put(4, chunkList(blocks, blocks - next));
  for (let i = 0; i < next; i++) image[5 * BLOCK + (i >> 3)] = (image[5 * BLOCK + (i >> 3)] ?? 0) | (1 << (i & 7));
  put(0, container(blocks, XID - 1));
  put(2, container(blocks, XID));
  return image;
}

/** Writes an object's checksum. */
export function seal(block: Buffer): Buffer {
  const [low, high] = apfsChecksum(block);
  block.writeUInt32LE(low, 0);
  block.writeUInt32LE(high, 4);
  return block;
}

function object(oid: number, type: number, { subtype = 0, xid = XID } = {}): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.writeBigUInt64LE(BigInt(oid), 8);
  block.writeBigUInt64LE(BigInt(xid), 16);
  block.writeUInt32LE(type, 24);
  block.writeUInt32LE(subtype, 28);
  return block;
}

function fields(block: Buffer, values: [at: number, value: number][]): Buffer {
  for (const [at, value] of values) block.writeBigUInt64LE(BigInt(value), at);
  return block;
}

function container(blocks: number, xid: number): Buffer {
  const block = object(1, 0x80000001, { xid });
  block.write("NXSB", 32);
  block.writeUInt32LE(BLOCK, 36);
  for (const [at, value] of [
    [104, 2],
    [136, 0],
    [140, 2],
    [180, 1],
  ] as const)
    block.writeUInt32LE(value, at);
  return fields(block, [
    [40, blocks],
    [112, 1],
    [152, 1024],
    [160, 10],
    [184, 1026],
  ]);
}

function superblock(about: { encrypted: boolean; snapshots: boolean; rootTree: number; xid: number }): Buffer {
  const block = object(1026, 13, { xid: about.xid });
  block.write("APSB", 32);
  block.write("sample", 704);
  const snapshots = about.snapshots ? 16 : 0;
  return fields(block, [
    [128, 13],
    [136, about.rootTree],
    [152, snapshots],
    [264, about.encrypted ? 0 : 1],
  ]);
}

function objectMap(at: number, tree: number): Buffer {
  return fields(object(at, 0x4000000b), [[48, tree]]);
}

function checkpointMap(): Buffer {
  const block = fields(object(1, 0x4000000c), [
    [40 + 24, 1024],
    [40 + 32, 3],
  ]);
  block.writeUInt32LE(1, 36);
  block.writeUInt32LE(BLOCK, 40 + 8);
  return block;
}

function spaceManager(blocks: number): Buffer {
  const block = fields(object(1024, 0x80000005), [
    [48, blocks],
    [512, 4],
  ]);
  block.writeUInt32LE(BLOCK, 32);
  block.writeUInt32LE(1, 64);
  block.writeUInt32LE(512, 80);
  return block;
}

function chunkList(blocks: number, free: number): Buffer {
  const block = fields(object(4, 0x40000007), [[40 + 24, 5]]);
  block.writeUInt32LE(1, 36);
  block.writeUInt32LE(blocks, 56);
  block.writeUInt32LE(free, 60);
  return block;
}

/** Row of an inner node: the first key below it, and which node that is. */
function innerRow(rows: SampleRow[], oid: number): SampleRow {
  return { key: rows[0]?.key ?? Buffer.alloc(8), value: fields(Buffer.alloc(8), [[0, oid]]) };
}

/** A node with rows of any length: a root, or a leaf below one. */
interface SampleNode {
  oid: number;
  kind: number;
  level?: number;
  child?: boolean;
  xid?: number;
}

function node(rows: SampleRow[], { oid, kind, level = 0, child = false, xid = XID }: SampleNode): Buffer {
  const block = object(oid, child ? 3 : 2, { subtype: kind, xid });
  const end = child ? BLOCK : BLOCK - 40;
  block.writeUInt16LE((child ? 0 : 1) + (level === 0 ? 2 : 0), 32);
  block.writeUInt16LE(level, 34);
  block.writeUInt32LE(rows.length, 36);
  block.writeUInt16LE(rows.length * 8, 42);
  let keyAt = 0;
  let valueAt = 0;
  for (const [i, { key, value }] of rows.entries()) {
    key.copy(block, 56 + rows.length * 8 + keyAt);
    valueAt += value.length;
    value.copy(block, end - valueAt);
    for (const [j, part] of [keyAt, key.length, valueAt, value.length].entries()) {
      block.writeUInt16LE(part, 56 + i * 8 + j * 2);
    }
    keyAt += key.length;
  }
  return block;
}

function mapRow([oid, xid]: [number, number], block: number): SampleRow {
  const value = fields(Buffer.alloc(16), [[8, block]]);
  value.writeUInt32LE(BLOCK, 4);
  return {
    key: fields(Buffer.alloc(16), [
      [0, oid],
      [8, xid],
    ]),
    value,
  };
}

function keyOf(id: number, kind: number, rest: Uint8Array = new Uint8Array(0)): Buffer {
  const key = Buffer.alloc(8);
  key.writeBigUInt64LE((BigInt(kind) << 60n) | BigInt(id));
  return Buffer.concat([key, rest]);
}

function counted(text: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16LE(Buffer.byteLength(text) + 1);
  return Buffer.concat([length, Buffer.from(`${text}\0`)]);
}

function snapshotRow(name: string): SampleRow {
  return { key: keyOf(2, 1), value: Buffer.concat([fields(Buffer.alloc(48), [[8, 17]]), counted(name)]) };
}

function fileRows(items: SampleItem[], place: (bytes: Uint8Array) => number): SampleRow[] {
  return items
    .toSorted((a, b) => a.id - b.id)
    .flatMap((item) => {
      const rows = [{ key: keyOf(item.id, 3), value: inodeOf(item) }];
      const attributes = {
        ...item.attributes,
        ...(item.target ? { "com.apple.fs.symlink": Buffer.from(item.target) } : {}),
      };
      for (const [name, bytes] of Object.entries(attributes)) {
        const head = Buffer.alloc(4);
        head.writeUInt16LE(2, 0);
        head.writeUInt16LE(bytes.length, 2);
        rows.push({ key: keyOf(item.id, 4, counted(name)), value: Buffer.concat([head, bytes]) });
      }
      for (const [i, { parent, name }] of (item.names ?? []).entries()) {
        const value = Buffer.concat([fields(Buffer.alloc(8), [[0, parent]]), counted(name)]);
        rows.push({ key: keyOf(item.id, 5, fields(Buffer.alloc(8), [[0, i]])), value });
      }
      if (item.bytes !== undefined && item.bytes.length > 0) {
        const value = fields(Buffer.alloc(24), [
          [0, Math.ceil(item.bytes.length / BLOCK) * BLOCK],
          [8, place(item.bytes)],
        ]);
        rows.push({ key: keyOf(item.id, 8, Buffer.alloc(8)), value });
      }
      return rows;
    });
}

function inodeOf({ id, parent, name, bytes, target, compressed }: SampleItem): Buffer {
  const text = Buffer.from(`${name}\0`);
  const padded = Math.ceil(text.length / 8) * 8;
  const value = fields(Buffer.alloc(92 + 12 + padded + 40), [
    [0, parent],
    [8, id],
    [92 + 12 + padded, bytes?.length ?? 0],
  ]);
  for (let i = 0; i < 4; i++) value.writeBigUInt64LE(1_795_564_800_000_000_000n + BigInt(i) * 1_000_000n, 16 + i * 8);
  value.writeUInt32LE(compressed ? 0x20 : 0, 68);
  value.writeUInt16LE(target ? 0xa000 : bytes || compressed ? 0x8000 : 0x4000, 80);
  value.writeUInt16LE(bytes ? 2 : 1, 92);
  value.set([4, 0, text.length, 0, 8, 0, 40, 0], 96);
  text.copy(value, bytes ? 104 : 100);
  return value;
}
