// Makes small ext volumes for tests: one group of 1,024-byte blocks, everything at a place the test knows.

const BLOCK = 1024;
const INODES = 64;
const TABLE = 5;
const INODE_BYTES = 128;
const FIRST_DATA = TABLE + (INODES * INODE_BYTES) / BLOCK;
const JOURNAL_INODE = 8;
const JOURNAL_BLOCKS = 32;

/** A volume in the making. */
export interface ExtSample {
  image: Buffer;
  /** Takes the next free block. */
  take(): number;
  bytesOf(block: number): Buffer;
  /** Writes an inode; returns its bytes. */
  inode(
    number: number,
    of: { mode: number; sizeBytes: number; links?: number; flags?: number; generation?: number },
  ): Buffer;
  /** Gives an inode its content: by pointers (indirect from the 13th block on) or by one extent. */
  content(number: number, bytes: Uint8Array, way?: "pointers" | "extents"): number[];
  /** A file in the root: inode, content and name. */
  file(number: number, name: string, bytes: Uint8Array): number[];
  /** A name in a directory's block; `slack` keeps it in the room behind the name before it. */
  name(block: number, of: { inode: number; name: string; type: number; slack?: boolean }): void;
  /** Marks blocks and an inode free; the inode's links are gone, its pointers stay unless told. */
  remove(number: number, blocks: number[], erase?: boolean): void;
  /** Writes copies of blocks into the journal as one committed transaction. */
  transaction(sequence: number, copies: { block: number; bytes: Uint8Array }[]): void;
  /** Says that a recovery is to start with a transaction. */
  dirty(sequence: number): void;
  rootBlock: number;
}

/** What the parts of a volume in the making share. */
interface Making {
  image: Buffer;
  next: number;
  extents: boolean;
  journalStart: number;
  journalAt: number;
  /** Where each transaction starts in the journal. */
  starts: Map<number, number>;
}

function blockBytes({ image }: Making, block: number): Buffer {
  return image.subarray(block * BLOCK, (block + 1) * BLOCK);
}

function inodeBytes({ image }: Making, number: number): Buffer {
  return image.subarray(TABLE * BLOCK + (number - 1) * INODE_BYTES, TABLE * BLOCK + number * INODE_BYTES);
}

/** Sets or clears the bit of a block (bitmap in block 3) or an inode (block 4); both count from 1. */
function mark(making: Making, which: { block: number } | { inode: number }, used: boolean): void {
  const at = ("block" in which ? which.block : which.inode) - 1;
  const map = blockBytes(making, "block" in which ? 3 : 4);
  const bit = 1 << (at & 7);
  map[at >> 3] = used ? (map[at >> 3] ?? 0) | bit : (map[at >> 3] ?? 0) & ~bit;
}

function take(making: Making): number {
  mark(making, { block: making.next }, true);
  return making.next++;
}

/** An empty volume with a root and, where wished, a journal. */
export function extSample({ blocks = 1024, journal = false, extents = false } = {}): ExtSample {
  const image = Buffer.alloc(blocks * BLOCK);
  const making: Making = { image, next: FIRST_DATA, extents, journalStart: 0, journalAt: 1, starts: new Map() };
  superblock(blockBytes(making, 1), { blocks, journal, extents });
  for (const [at, value] of [3, 4, TABLE].entries()) blockBytes(making, 2).writeUInt32LE(value, at * 4);
  for (let block = 1; block < FIRST_DATA; block++) mark(making, { block }, true);
  for (let inode = 1; inode < 11; inode++) mark(making, { inode }, true);
  const rootBlock = take(making);
  const sample: ExtSample = {
    image,
    rootBlock,
    take: () => take(making),
    bytesOf: (block) => blockBytes(making, block),
    inode: (number, of) => writeInode(making, number, of),
    content: (number, bytes, way = "pointers") => writeContent(making, number, { bytes, way }),
    file: (number, name, bytes) => {
      const flags = extents ? 0x80000 : 0;
      writeInode(making, number, { mode: 0o100644, sizeBytes: bytes.length, flags, generation: number });
      const used = writeContent(making, number, { bytes, way: extents ? "extents" : "pointers" });
      addName(blockBytes(making, rootBlock), { inode: number, name, type: 1, slack: false });
      return used;
    },
    name: (block, { slack = false, ...of }) => addName(blockBytes(making, block), { ...of, slack }),
    remove: (number, used, erase = false) => remove(making, number, { used, erase }),
    transaction: (sequence, copies) => {
      making.starts.set(sequence, making.journalAt);
      for (const bytes of transactionBlocks(sequence, copies)) {
        blockBytes(making, making.journalStart + making.journalAt++).set(bytes);
      }
    },
    dirty: (sequence) => {
      const head = blockBytes(making, making.journalStart);
      head.writeUInt32BE(sequence, 24);
      head.writeUInt32BE(making.starts.get(sequence) ?? 0, 28);
      image.writeUInt32LE(image.readUInt32LE(BLOCK + 96) | 4, BLOCK + 96);
    },
  };
  if (journal) addJournal(making);
  writeInode(making, 2, { mode: 0o40755, sizeBytes: BLOCK, links: 2 }).writeUInt32LE(rootBlock, 40);
  emptyDirectory(blockBytes(making, rootBlock), 2, 2);
  return sample;
}

function addJournal(making: Making): void {
  const bytes = new Uint8Array(JOURNAL_BLOCKS * BLOCK);
  writeInode(making, JOURNAL_INODE, { mode: 0o100600, sizeBytes: bytes.length, flags: 0x80000 });
  making.journalStart = writeContent(making, JOURNAL_INODE, { bytes, way: "extents" })[0] ?? 0;
  for (const [i, value] of [0xc03b3998, 4, 0, BLOCK, JOURNAL_BLOCKS, 1, 1, 0].entries()) {
    blockBytes(making, making.journalStart).writeUInt32BE(value, i * 4);
  }
}

type InodeOf = Parameters<ExtSample["inode"]>[1];

function writeInode(making: Making, number: number, of: InodeOf): Buffer {
  const { mode, sizeBytes, links = 1, flags = 0, generation = 0 } = of;
  const bytes = inodeBytes(making, number);
  bytes.fill(0);
  bytes.writeUInt16LE(mode, 0);
  bytes.writeUInt32LE(sizeBytes, 4);
  for (const at of [8, 12, 16]) bytes.writeUInt32LE(1_600_000_000 + number, at);
  bytes.writeUInt16LE(links, 26);
  bytes.writeUInt32LE(flags, 32);
  bytes.writeUInt32LE(generation, 100);
  mark(making, { inode: number }, true);
  return bytes;
}

function writeContent(
  making: Making,
  number: number,
  { bytes, way }: { bytes: Uint8Array; way: "pointers" | "extents" },
): number[] {
  const used = Array.from({ length: Math.ceil(bytes.length / BLOCK) }, () => take(making));
  for (const [i, block] of used.entries()) blockBytes(making, block).set(bytes.subarray(i * BLOCK, (i + 1) * BLOCK));
  const inode = inodeBytes(making, number);
  inode.writeUInt32LE(used.length * 2, 28);
  if (way === "extents") extent(inode, used);
  else for (const [i, block] of used.slice(0, 12).entries()) inode.writeUInt32LE(block, 40 + i * 4);
  if (way === "extents" || used.length <= 12) return used;
  const map = take(making);
  inode.writeUInt32LE(map, 88);
  for (const [i, block] of used.slice(12).entries()) blockBytes(making, map).writeUInt32LE(block, i * 4);
  return [...used, map];
}

function remove(making: Making, number: number, { used, erase }: { used: number[]; erase: boolean }): void {
  const inode = inodeBytes(making, number);
  inode.writeUInt16LE(0, 26);
  inode.writeUInt32LE(1_700_000_000, 20);
  if (erase) {
    inode.writeUInt32LE(0, 4);
    inode.fill(0, making.extents ? 42 : 40, making.extents ? 44 : 100);
  }
  mark(making, { inode: number }, false);
  for (const block of used) mark(making, { block }, false);
}

function superblock(
  bytes: Buffer,
  { blocks, journal, extents }: { blocks: number; journal: boolean; extents: boolean },
): void {
  bytes.writeUInt32LE(INODES, 0);
  bytes.writeUInt32LE(blocks, 4);
  bytes.writeUInt32LE(1, 20);
  for (const at of [32, 36]) bytes.writeUInt32LE(8192, at);
  bytes.writeUInt32LE(INODES, 40);
  bytes.writeUInt16LE(0xef53, 56);
  bytes.writeUInt32LE(1, 76);
  bytes.writeUInt32LE(11, 84);
  bytes.writeUInt16LE(INODE_BYTES, 88);
  bytes.writeUInt32LE(journal ? 4 : 0, 92);
  bytes.writeUInt32LE(extents ? 0x42 : 2, 96);
  bytes.write("sample", 120);
  if (journal) bytes.writeUInt32LE(JOURNAL_INODE, 224);
}

function extent(inode: Buffer, used: number[]): void {
  inode.writeUInt16LE(0xf30a, 40);
  inode.writeUInt16LE(used.length > 0 ? 1 : 0, 42);
  inode.writeUInt16LE(4, 44);
  inode.writeUInt16LE(used.length, 56);
  inode.writeUInt32LE(used[0] ?? 0, 60);
}

/** "." and ".."; the latter reaches to the block's end. */
export function emptyDirectory(block: Buffer, own: number, parent: number): void {
  block.fill(0);
  block.writeUInt32LE(own, 0);
  block.set([12, 0, 1, 2, 0x2e], 4);
  block.writeUInt32LE(parent, 12);
  block.writeUInt16LE(BLOCK - 12, 16);
  block.set([2, 2, 0x2e, 0x2e], 18);
}

function addName(
  block: Buffer,
  { inode, name, type, slack }: { inode: number; name: string; type: number; slack: boolean },
): void {
  const bytes = Buffer.from(name);
  let at = 0;
  let free = 0;
  while (at < BLOCK) {
    const length = block.readUInt16LE(at + 4);
    free = at + ((8 + (block[at + 6] ?? 0) + 3) & ~3);
    while (free + 8 < at + length && (block[free + 6] ?? 0) > 0) free += (8 + (block[free + 6] ?? 0) + 3) & ~3;
    if (at + length >= BLOCK) break;
    at += length;
  }
  block.writeUInt32LE(inode, free);
  block.writeUInt16LE(BLOCK - free, free + 4);
  block.set([bytes.length, type], free + 6);
  block.set(bytes, free + 8);
  if (!slack) block.writeUInt16LE(free - at, at + 4);
}

/** A descriptor, the copies and a commit. */
function transactionBlocks(sequence: number, copies: { block: number; bytes: Uint8Array }[]): Buffer[] {
  const head = Buffer.alloc(BLOCK);
  for (const [i, value] of [0xc03b3998, 1, sequence].entries()) head.writeUInt32BE(value, i * 4);
  let at = 12;
  for (const [i, { block }] of copies.entries()) {
    head.writeUInt32BE(block, at);
    head.writeUInt32BE((i === 0 ? 0 : 2) | (i === copies.length - 1 ? 8 : 0), at + 4);
    at += i === 0 ? 24 : 8;
  }
  const commit = Buffer.alloc(BLOCK);
  for (const [i, value] of [0xc03b3998, 2, sequence].entries()) commit.writeUInt32BE(value, i * 4);
  return [head, ...copies.map(({ bytes }) => Buffer.from(bytes)), commit];
}
