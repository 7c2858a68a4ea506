import type { FileStream } from "./file-entry.ts";
import { u16, u32 } from "./ntfs-fields.ts";
import type { NoteProblem } from "./problem.ts";

// @see Linux Documentation/filesystems/ext4 (6.x): "Journal (jbd2)"

const MAGIC = 0xc03b3998;
const TYPE = { descriptor: 1, commit: 2, superFirst: 3, superSecond: 4, revoke: 5 } as const;
const INCOMPAT = { wide: 0x2, checksum2: 0x8, checksum3: 0x10, fast: 0x20 } as const;
const TAG = { escaped: 1, sameUuid: 2, last: 8 } as const;
const BLOCKS_LIMIT = 1_000_000;
const COPIES_LIMIT = 1_000_000;
/** Blocks of which all copies are kept: neighbours in a table are asked for one after the other. */
const COPIES_KEPT = 4;
const OF_ONE_BLOCK = 1024;
/** Blocks for fast commits where the journal does not say how many. */
const FAST_BLOCKS = 256;
const FAST_HEAD = 9;

/** One older (or newer) copy of a block of the volume. */
interface JournalCopy {
  sequence: number;
  bytes: Uint8Array;
}

/** What a journal still holds, and what of it was never brought to its place. */
export interface ExtJournal {
  /** Copies of a block, oldest first; only those later than `after`. At most 1,024, the newest. Not to be changed. */
  copiesOf(block: number, after?: number): JournalCopy[];
  /** Sequence of the newest copy of a block; -1 without one. */
  newestOf(block: number): number;
  /** Blocks with copies, ascending, each once. */
  blocks(): Iterable<number>;
  /** Newest committed copy of a block that was not yet written to its place; null where its place is right. */
  pending(block: number): Uint8Array | null;
  pendingBlocks: number;
  /** Changes stand in the journal's part for fast commits, which is not read. */
  pendingFast: boolean;
}

interface Superblock {
  blockBytes: number;
  /** Without those for fast commits, which stand behind them. */
  blocks: number;
  fastBlocks: number;
  first: number;
  sequence: number;
  start: number;
  wide: boolean;
  checksum2: boolean;
  checksum3: boolean;
}

/** Where copies stand: one row each. */
interface Row {
  block: number;
  sequence: number;
  at: number;
  escaped: boolean;
}

/** The journal of a stream; null where it is none of its volume (or stands on another device). */
export function readExtJournal(stream: FileStream, blockBytes: number, note: NoteProblem): ExtJournal | null {
  const read = journalReader(stream, blockBytes);
  const head = superblock(read(0), blockBytes);
  if (head === null) {
    note("journal-damaged", stream.extents[0]?.startByte ?? null);
    return null;
  }
  const { rows, byPlace } = gatherRows(head, read);
  rows.sort((a, b) => a.block - b.block || a.sequence - b.sequence || a.at - b.at);
  const { waiting, next } = replayRows(head, read, byPlace);
  const copy = ({ at, escaped }: Row): Uint8Array => {
    const bytes = read(at);
    if (escaped && bytes.length >= 4) bytes.set([0xc0, 0x3b, 0x39, 0x98]);
    return bytes;
  };
  const kept = new Map<number, JournalCopy[]>();
  const copiesOf = (block: number): JournalCopy[] => {
    let copies = kept.get(block);
    if (copies === undefined) {
      copies = [];
      const end = firstOf(rows, block + 1);
      for (let i = Math.max(firstOf(rows, block), end - OF_ONE_BLOCK); i < end; i++) {
        const row = rows[i];
        if (row !== undefined) copies.push({ sequence: row.sequence, bytes: copy(row) });
      }
      if (kept.size >= COPIES_KEPT) kept.delete(kept.keys().next().value ?? 0);
      kept.set(block, copies);
    }
    return copies;
  };
  return {
    copiesOf: (block, after = -1) => copiesOf(block).filter(({ sequence }) => sequence > after),
    newestOf: (block) => {
      const row = rows[firstOf(rows, block + 1) - 1];
      return row?.block === block ? row.sequence : -1;
    },
    blocks: function* () {
      let last = -1;
      for (const { block } of rows) {
        if (block !== last) yield block;
        last = block;
      }
    },
    pending: (block) => {
      const row = waiting.get(block);
      return row === undefined ? null : copy(row);
    },
    pendingBlocks: waiting.size,
    pendingFast: head.fastBlocks > 0 && startsFast(read(head.blocks + 1), next),
  };
}

type ReadJournal = (block: number) => Uint8Array;

function journalReader(stream: FileStream, blockBytes: number): ReadJournal {
  return (block) => {
    const bytes = new Uint8Array(blockBytes);
    try {
      return bytes.subarray(0, stream.read.readSync(bytes, block * blockBytes));
    } catch {
      // A bad sector in the journal: this copy is not to be had, the others are.
      return new Uint8Array(0);
    }
  };
}

function superblock(bytes: Uint8Array, blockBytes: number): Superblock | null {
  const type = big(bytes, 4);
  if (big(bytes, 0) !== MAGIC || (type !== TYPE.superFirst && type !== TYPE.superSecond)) return null;
  if (big(bytes, 12) !== blockBytes) return null;
  const incompat = type === TYPE.superSecond ? big(bytes, 40) : 0;
  const all = Math.min(big(bytes, 16), BLOCKS_LIMIT);
  const fastBlocks = (incompat & INCOMPAT.fast) === 0 ? 0 : big(bytes, 84) || FAST_BLOCKS;
  return {
    blockBytes,
    blocks: Math.max(0, all - fastBlocks),
    fastBlocks,
    first: Math.max(1, big(bytes, 20)),
    sequence: big(bytes, 24),
    start: big(bytes, 28),
    wide: (incompat & INCOMPAT.wide) !== 0,
    checksum2: (incompat & INCOMPAT.checksum2) !== 0,
    checksum3: (incompat & INCOMPAT.checksum3) !== 0,
  };
}

// Linux 6.1 fs/jbd2/journal.c, journal_load_superblock: the first of them stands one block behind the end of the others.
/** Whether a block begins with the head of fast commits of a transaction: the one behind the last that was written whole. */
function startsFast(block: Uint8Array, sequence: number): boolean {
  return u16(block, 0) === FAST_HEAD && u32(block, 8) === sequence;
}

/** All copies in the order of the journal's blocks; those overwritten by a later lap are not believed. */
function gatherRows(head: Superblock, read: ReadJournal): { rows: Row[]; byPlace: Map<number, Row[]> } {
  const rows: Row[] = [];
  const byPlace = new Map<number, Row[]>();
  for (let at = head.first; at < head.blocks; at++) {
    const bytes = read(at);
    if (big(bytes, 0) !== MAGIC || big(bytes, 4) !== TYPE.descriptor) continue;
    const sequence = big(bytes, 8);
    const own: Row[] = [];
    let next = at;
    for (const tag of tagsOf(bytes, head)) {
      next = next + 1 < head.blocks ? next + 1 : head.first;
      // A header where a copy should stand: the copy was overwritten, or never written.
      if (next <= at || big(read(next), 0) === MAGIC || rows.length >= COPIES_LIMIT) {
        if (next <= at) own.push({ ...tag, sequence, at: next });
        else break;
      } else own.push({ ...tag, sequence, at: next });
    }
    byPlace.set(at, own);
    rows.push(...own.filter((row) => row.at > at));
  }
  return { rows, byPlace };
}

function* tagsOf(bytes: Uint8Array, head: Superblock): Generator<{ block: number; escaped: boolean }> {
  const tagBytes = head.checksum3 ? 16 : 8 + (head.wide ? 4 : 0) + (head.checksum2 ? 2 : 0);
  const end = bytes.length - (head.checksum2 || head.checksum3 ? 4 : 0);
  for (let at = 12; at + tagBytes <= end; ) {
    const flags = head.checksum3 ? big(bytes, at + 4) : big(bytes, at + 4) & 0xffff;
    const high = head.wide ? big(bytes, at + 8) : 0;
    yield { block: big(bytes, at) + high * 2 ** 32, escaped: (flags & TAG.escaped) !== 0 };
    if ((flags & TAG.last) !== 0) return;
    at += tagBytes + ((flags & TAG.sameUuid) !== 0 ? 0 : 16);
  }
}

interface Replay {
  waiting: Map<number, Row>;
  /** The transaction that would follow. */
  next: number;
}

/** The copies a recovery would write: whole transactions from the start on, without what later ones revoke. */
function replayRows(head: Superblock, read: ReadJournal, byPlace: Map<number, Row[]>): Replay {
  const waiting = new Map<number, Row>();
  if (head.start < head.first || head.start >= head.blocks) return { waiting, next: head.sequence };
  const done: Row[] = [];
  const revoked = new Map<number, number>();
  let open: Row[] = [];
  let openRevoked: number[] = [];
  let sequence = head.sequence;
  let at = head.start;
  for (let steps = 0; steps < head.blocks; steps++) {
    const bytes = read(at);
    if (big(bytes, 0) !== MAGIC || big(bytes, 8) !== sequence) break;
    const type = big(bytes, 4);
    let move = 1;
    if (type === TYPE.descriptor) {
      const own = byPlace.get(at) ?? [];
      open.push(...own);
      move += own.length;
      steps += own.length;
    } else if (type === TYPE.revoke) openRevoked.push(...revokedBlocks(bytes, head));
    else if (type === TYPE.commit) {
      done.push(...open);
      for (const block of openRevoked) revoked.set(block, sequence);
      [open, openRevoked] = [[], []];
      sequence = (sequence + 1) >>> 0;
    } else break;
    at += move;
    if (at >= head.blocks) at = at - head.blocks + head.first;
  }
  for (const row of done) if ((revoked.get(row.block) ?? -1) < row.sequence) waiting.set(row.block, row);
  return { waiting, next: sequence };
}

function revokedBlocks(bytes: Uint8Array, head: Superblock): number[] {
  const width = head.wide ? 8 : 4;
  const blocks: number[] = [];
  for (let at = 16; at + width <= Math.min(big(bytes, 12), bytes.length); at += width) {
    blocks.push(head.wide ? big(bytes, at) * 2 ** 32 + big(bytes, at + 4) : big(bytes, at));
  }
  return blocks;
}

function firstOf(rows: Row[], block: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.block ?? 0) < block) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Big-endian number of 32 bits; 0 beyond the end. */
function big(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) * 16777216 +
      ((bytes[at + 1] ?? 0) << 16) +
      ((bytes[at + 2] ?? 0) << 8) +
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}
