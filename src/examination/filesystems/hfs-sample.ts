// Makes small HFS+ volumes for tests: one leaf in each tree, everything at a block the test knows.

export const HFS_BLOCK = 4096;
const BLOCKS = 64;
const CATALOG = 4;
const ATTRIBUTES = 6;
const FIRST_DATA = 8;
/** 15 November 2020 in seconds since 1904. */
const NOW = 3_688_236_800;

/** A fork as a test says it: where, how long. */
interface SampleFork {
  sizeBytes: number;
  start: number;
  count: number;
}

/** A record of the catalog. */
export interface SampleItem {
  id: number;
  parent: number;
  name: string;
  folder?: boolean;
  mode?: number;
  /** Kind and maker of a hard link, and the number it leads to. */
  linkTo?: number;
  compressed?: boolean;
  content?: SampleFork;
  resources?: SampleFork;
}

/** A volume with these items in its catalog; `former`: records that stand in the room behind them. */
export function hfsSample(
  items: SampleItem[],
  { former = [], heads = [] }: { former?: SampleItem[]; heads?: { id: number; value: Uint8Array }[] } = {},
): Buffer {
  const image = Buffer.alloc(BLOCKS * HFS_BLOCK);
  const used = [...items].flatMap(({ content, resources }) => [content, resources]);
  for (let block = 0; block < FIRST_DATA; block++) mark(image, block);
  for (const fork of used) for (let i = 0; i < (fork?.count ?? 0); i++) mark(image, (fork?.start ?? 0) + i);
  writeHeader(image);
  const root = thread({ id: 2, parent: 1, name: "Sample", folder: true });
  writeTree(image, CATALOG, {
    records: [record({ id: 2, parent: 1, name: "Sample", folder: true }), root, ...items.map(record)],
    behind: former.map(record),
  });
  writeTree(image, ATTRIBUTES, { records: heads.map(headRecord), behind: [] });
  return image;
}

function mark(image: Buffer, block: number): void {
  const at = HFS_BLOCK + (block >> 3);
  image[at] = (image[at] ?? 0) | (0x80 >> (block & 7));
}

function writeHeader(image: Buffer): void {
  const bytes = image.subarray(1024, 1536);
  bytes.write("H+\0\x04", 0, "latin1");
  bytes.writeUInt32BE(HFS_BLOCK, 0x28);
  bytes.writeUInt32BE(BLOCKS, 0x2c);
  writeFork(bytes, 0x70, { sizeBytes: HFS_BLOCK, start: 1, count: 1 });
  writeFork(bytes, 0x110, { sizeBytes: 2 * HFS_BLOCK, start: CATALOG, count: 2 });
  writeFork(bytes, 0x160, { sizeBytes: 2 * HFS_BLOCK, start: ATTRIBUTES, count: 2 });
  bytes.copy(image, image.length - 1024);
}

function writeFork(bytes: Buffer, at: number, { sizeBytes, start, count }: SampleFork): void {
  bytes.writeBigUInt64BE(BigInt(sizeBytes), at);
  bytes.writeUInt32BE(count, at + 12);
  bytes.writeUInt32BE(start, at + 16);
  bytes.writeUInt32BE(count, at + 20);
}

/** A tree of a header and one leaf. */
function writeTree(image: Buffer, block: number, { records, behind }: { records: Buffer[]; behind: Buffer[] }): void {
  const head = image.subarray(block * HFS_BLOCK, (block + 1) * HFS_BLOCK);
  head[8] = 1;
  head.writeUInt32BE(records.length > 0 ? 1 : 0, 24);
  head.writeUInt16BE(HFS_BLOCK, 32);
  head.writeUInt32BE(2, 36);
  const leaf = image.subarray((block + 1) * HFS_BLOCK, (block + 2) * HFS_BLOCK);
  leaf[8] = 0xff;
  leaf[9] = 1;
  leaf.writeUInt16BE(records.length, 10);
  let at = 14;
  for (const [i, bytes] of records.entries()) {
    leaf.writeUInt16BE(at, HFS_BLOCK - 2 * (i + 1));
    bytes.copy(leaf, at);
    at += bytes.length;
  }
  leaf.writeUInt16BE(at, HFS_BLOCK - 2 * (records.length + 1));
  for (const bytes of behind) {
    bytes.copy(leaf, at);
    at += bytes.length;
  }
}

function key(parent: number, name: string): Buffer {
  const units = Buffer.from(name, "utf16le").swap16();
  const bytes = Buffer.alloc(8 + units.length);
  bytes.writeUInt16BE(6 + units.length, 0);
  bytes.writeUInt32BE(parent, 2);
  bytes.writeUInt16BE(units.length / 2, 6);
  units.copy(bytes, 8);
  return bytes;
}

function record(item: SampleItem): Buffer {
  const value = Buffer.alloc(item.folder ? 88 : 248);
  value.writeUInt16BE(item.folder ? 1 : 2, 0);
  value.writeUInt32BE(item.id, 8);
  for (const at of [12, 16, 20, 24]) value.writeUInt32BE(NOW, at);
  value.writeUInt16BE(item.mode ?? (item.folder ? 0o40755 : 0o100644), 42);
  if (item.compressed) value[41] = 0x20;
  if (item.linkTo !== undefined) {
    value.write("hlnkhfs+", 48, "latin1");
    value.writeUInt32BE(item.linkTo, 44);
  }
  if (item.content !== undefined) writeFork(value, 88, item.content);
  if (item.resources !== undefined) writeFork(value, 168, item.resources);
  return Buffer.concat([key(item.parent, item.name), value]);
}

function thread({ id, parent, name }: SampleItem): Buffer {
  const value = Buffer.concat([Buffer.alloc(4), key(parent, name).subarray(2)]);
  value.writeUInt16BE(3, 0);
  return Buffer.concat([key(id, ""), value]);
}

function headRecord({ id, value }: { id: number; value: Uint8Array }): Buffer {
  const name = Buffer.from("com.apple.decmpfs", "utf16le").swap16();
  const bytes = Buffer.alloc(2 + 12 + name.length + 16 + value.length + (value.length & 1));
  bytes.writeUInt16BE(12 + name.length, 0);
  bytes.writeUInt32BE(id, 4);
  bytes.writeUInt16BE(name.length / 2, 12);
  name.copy(bytes, 14);
  const at = 14 + name.length;
  bytes.writeUInt32BE(0x10, at);
  bytes.writeUInt32BE(value.length, at + 12);
  bytes.set(value, at + 16);
  return bytes;
}
