import { blockMap } from "./ext-blocks.ts";
import { blockNames, type ExtName, isDot, type NameRules } from "./ext-directory.ts";
import { type FormerInode, lifeAt, livesOf } from "./ext-former.ts";
import { inlineDirectory } from "./ext-inline.ts";
import { type ExtInode, INODE_FLAG } from "./ext-inode.ts";
import { type ExtReading, formerGround, inodeNow, presentGround } from "./ext-reading.ts";
import { u32 } from "./ntfs-fields.ts";

/** A deleted name: from the directory's own blocks, or from the journal's copy of one of them. */
export interface GoneName extends ExtName {
  /** Of the journal's copy; null from the block itself. */
  sequence: number | null;
}

const BLOCKS_LIMIT = 1_000_000;
const GONE_LIMIT = 500_000;

function rulesOf({ layout }: ExtReading, inode: ExtInode): NameRules {
  const has = (flag: number): boolean => (inode.flags & flag) !== 0;
  const { fileTypes, inodes } = layout;
  return { fileTypes, inodes, indexed: has(INODE_FLAG.indexed), enciphered: has(INODE_FLAG.encrypted) };
}

/** Blocks of a directory in use, in their order; a block that stands in the inode has no number. */
function* presentBlocks(reading: ExtReading, inode: ExtInode): Generator<{ bytes: Uint8Array; block: number | null }> {
  if ((inode.flags & INODE_FLAG.inlineBytes) !== 0) {
    for (const bytes of inlineDirectory(inode)) yield { bytes, block: null };
    return;
  }
  const { blockBytes } = reading.layout;
  const map = blockMap(inode, presentGround(reading));
  if (map.broken) reading.note("chain-broken", null, { inode: inode.number });
  const most = Math.min(BLOCKS_LIMIT, Math.ceil(inode.sizeBytes / blockBytes));
  let done = 0;
  for (const run of map.runs) {
    for (let i = 0; i < run.count; i++) {
      if (run.logical + i >= most || done++ >= BLOCKS_LIMIT || !afford(reading)) return;
      yield { bytes: reading.read((run.block + i) * blockBytes, blockBytes), block: run.block + i };
    }
  }
}

/** Whether one more block of a directory may be read. */
function afford({ budget, layout, note }: ExtReading): boolean {
  budget.directoryBytes -= layout.blockBytes;
  if (budget.directoryBytes < 0) note("directory-too-long");
  return budget.directoryBytes >= 0;
}

/** The names in use in a directory, without "." and "..". */
export function* presentNames(reading: ExtReading, inode: ExtInode): Generator<ExtName> {
  const rules = rulesOf(reading, inode);
  for (const { bytes, block } of presentBlocks(reading, inode)) {
    const { names, ok } = blockNames(bytes, rules);
    if (!ok)
      reading.note("directory-damaged", block === null ? null : block * reading.layout.blockBytes, {
        inode: inode.number,
      });
    for (const name of names) if (!name.gone && !isDot(name.name)) yield name;
  }
}

/** The deleted names of a directory in use: of its blocks, and those its older copies had that it has no more. */
export function goneNames(reading: ExtReading, inode: ExtInode): GoneName[] {
  const rules = rulesOf(reading, inode);
  const live = liveKeys(reading, inode);
  const found = goneList((name) => !live(name));
  const first = firstBlock(reading, inode);
  const isOwn = ownCopies(reading, inode);
  for (const { bytes, block } of presentBlocks(reading, inode)) {
    for (const name of blockNames(bytes, rules).names) if (name.gone) found.add(name, null);
    if (block === null || reading.journal === null) continue;
    for (const copy of reading.journal.copiesOf(block).filter(isOwn)) {
      if (block === first ? !isOf(copy.bytes, inode.number) : !startsWithName(copy.bytes, rules)) continue;
      for (const name of blockNames(copy.bytes, rules).names) found.add(name, name.gone ? null : copy.sequence);
    }
  }
  return found.list;
}

/** The names in a deleted directory: of blocks nobody else has, from the block on that says it is this directory's. */
export function formerNames(reading: ExtReading, { inode, sequence }: FormerInode): GoneName[] {
  const rules = rulesOf(reading, inode);
  const found = goneList(() => true);
  if ((inode.flags & INODE_FLAG.inlineBytes) !== 0) {
    for (const bytes of inlineDirectory(inode))
      for (const name of blockNames(bytes, rules).names) found.add(name, sequence);
    return found.list;
  }
  const { blockBytes } = reading.layout;
  const isOwn = ownCopies(reading, inode);
  const lastLife = inodeNow(reading, inode.number)?.generation === inode.generation;
  for (const run of blockMap(inode, formerGround(reading, sequence)).runs) {
    for (let i = 0; i < Math.min(run.count, BLOCKS_LIMIT); i++) {
      if (!afford(reading)) return found.list;
      const block = run.block + i;
      const isFirst = run.logical + i === 0;
      const copies = (reading.journal?.copiesOf(block) ?? []).filter(isOwn);
      const isFree = lastLife && !reading.bitmaps.blockInUse(block);
      const place = isFree ? [{ sequence: null, bytes: reading.read(block * blockBytes, blockBytes) }] : [];
      for (const copy of [...copies, ...place]) {
        if (isFirst ? !isOf(copy.bytes, inode.number) : !startsWithName(copy.bytes, rules)) continue;
        for (const name of blockNames(copy.bytes, rules).names) found.add(name, name.gone ? null : copy.sequence);
      }
    }
  }
  return found.list;
}

/** Whether a copy is of the directory's own life: its inode may have been another directory's before, or since. */
function ownCopies(reading: ExtReading, inode: ExtInode): (copy: { sequence: number }) => boolean {
  const lives = livesOf(reading, inode.number);
  return ({ sequence }) => {
    const life = lifeAt(lives, sequence);
    return life === undefined || life.generation === inode.generation;
  };
}

/** Whether a directory's first block says it is this directory's. */
function isOf(bytes: Uint8Array, inode: number): boolean {
  return u32(bytes, 0) === inode && bytes[8] === 0x2e && bytes[6] === 1;
}

function startsWithName(bytes: Uint8Array, rules: NameRules): boolean {
  const { names, ok } = blockNames(bytes, rules);
  return ok && names.some((name) => name.at === 0) && !names.some((name) => isDot(name.name));
}

function firstBlock(reading: ExtReading, inode: ExtInode): number | null {
  return blockMap(inode, presentGround(reading)).runs.find((run) => run.logical === 0)?.block ?? null;
}

/** Collects deleted names, each name with its inode once; a name from a journal's copy keeps the newest copy's number. */
function goneList(isGone: (name: ExtName) => boolean): {
  list: GoneName[];
  add(name: ExtName, sequence: number | null): void;
} {
  const list: GoneName[] = [];
  const known = new Map<string, GoneName>();
  return {
    list,
    add: (name, sequence) => {
      if (isDot(name.name) || list.length >= GONE_LIMIT || !isGone(name)) return;
      const key = `${name.inode} ${String.fromCharCode(...name.name)}`;
      const old = known.get(key);
      if (old === undefined) {
        const fresh = { ...name, name: name.name.slice(), gone: true, sequence };
        known.set(key, fresh);
        list.push(fresh);
      } else if (sequence !== null && (old.sequence === null || sequence > old.sequence)) old.sequence = sequence;
    },
  };
}

/** Whether a name with its inode is in use in a directory: by 52-bit sums of them, sorted (8 bytes a name). */
function liveKeys(reading: ExtReading, inode: ExtInode): (name: ExtName) => boolean {
  let sums = new Float64Array(64);
  let count = 0;
  for (const name of presentNames(reading, inode)) {
    if (count === sums.length) {
      const larger = new Float64Array(sums.length * 2);
      larger.set(sums);
      sums = larger;
    }
    sums[count++] = sumOf(name);
  }
  const sorted = sums.subarray(0, count).sort();
  return (name) => {
    const wanted = sumOf(name);
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return sorted[low] === wanted;
  };
}

function sumOf({ name, inode }: ExtName): number {
  let a = 0x811c9dc5 ^ inode;
  let b = 0x9e3779b9 ^ inode;
  for (const byte of name) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0) * 2 ** 20 + (b >>> 12);
}
