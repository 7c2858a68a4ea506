import { u16, u32 } from "./ntfs-fields.ts";

// @see Linux Documentation/filesystems/ext4 (6.x): "Directory Entries", "Hash Tree Directories"

/** A name in a directory's block. */
export interface ExtName {
  /** As it stands, "/" or zeros in it too; a view into the block. */
  name: Uint8Array;
  /** 0: the name is deleted and its inode not known any more. */
  inode: number;
  /** 0 unknown, 1 file, 2 directory, 7 link, else other. */
  type: number;
  /** Found where no name stands any more. */
  gone: boolean;
  /** Where it starts in the block. */
  at: number;
}

/** What names may be. */
export interface NameRules {
  fileTypes: boolean;
  inodes: number;
  /** The directory has a hash tree: parts of its blocks are that. */
  indexed: boolean;
  /** Names are enciphered: any byte may stand in them. */
  enciphered: boolean;
}

const CHECKSUM_TAIL = 0xde;

/** The names of one block of a directory: those in use and those left in the room behind them. `ok` false: it breaks off. */
export function blockNames(block: Uint8Array, rules: NameRules): { names: ExtName[]; ok: boolean } {
  const names: ExtName[] = [];
  for (let at = 0; at + 8 <= block.length; ) {
    const length = recordBytes(block, at);
    if (length < 8 || length % 4 !== 0 || at + length > block.length) {
      leftNames(block, { from: at, to: block.length }, { rules, names });
      return { names, ok: false };
    }
    const found = nameAt(block, at, rules);
    const inode = u32(block, at);
    const tail = inode === 0 && block[at + 6] === 0 && block[at + 7] === CHECKSUM_TAIL;
    if (inode !== 0 && found !== null && 8 + found.name.length <= length) {
      names.push({ ...found, gone: false });
      const used = (8 + found.name.length + 3) & ~3;
      leftNames(block, { from: at + skipTree(block, at, { rules, used }), to: at + length }, { rules, names });
    } else if (!tail) {
      const from = at + (found === null ? skipTree(block, at, { rules, used: 4 }) : 0);
      leftNames(block, { from, to: at + length }, { rules, names });
    }
    at += length;
  }
  return { names, ok: true };
}

/** Behind ".." of the first block, or in a block of the tree itself, stand the tree's places: not names. */
function skipTree(block: Uint8Array, at: number, { rules, used }: { rules: NameRules; used: number }): number {
  if (!rules.indexed) return used;
  const isRoot = at === 12 && block[at + 6] === 2 && block[29] === 8;
  const isNode = at === 0 && u32(block, 0) === 0 && recordBytes(block, 0) === block.length;
  if (isRoot) return Math.min(block.length, 32 + u16(block, 34) * 8) - at;
  return isNode ? Math.min(block.length, 8 + u16(block, 10) * 8) : used;
}

function recordBytes(block: Uint8Array, at: number): number {
  const length = u16(block, at + 4);
  if (block.length < 65536) return length;
  return length === 0xffff || length === 0 ? 65536 : (length & 0xfffc) | ((length & 3) << 16);
}

function nameAt(block: Uint8Array, at: number, { fileTypes, inodes }: NameRules): Omit<ExtName, "gone"> | null {
  const length = fileTypes ? (block[at + 6] ?? 0) : u16(block, at + 6);
  const type = fileTypes ? (block[at + 7] ?? 0) : 0;
  const inode = u32(block, at);
  if (length === 0 || length > 255 || at + 8 + length > block.length || inode > inodes) return null;
  return { name: block.subarray(at + 8, at + 8 + length), inode, type, at };
}

/** Names in room that is not in use: every place where a whole record can stand. */
function leftNames(
  block: Uint8Array,
  { from, to }: { from: number; to: number },
  { rules, names }: { rules: NameRules; names: ExtName[] },
): void {
  for (let at = (from + 3) & ~3; at + 12 <= to; ) {
    const found = nameAt(block, at, rules);
    const length = recordBytes(block, at);
    const least = 8 + (found?.name.length ?? 0);
    const fits = length >= least && length % 4 === 0 && at + length <= block.length && at + least <= to;
    if (found !== null && fits && isPlausible(found, rules)) {
      names.push({ ...found, gone: true });
      at += (least + 3) & ~3;
    } else at += 4;
  }
}

function isPlausible({ name, type, inode }: Omit<ExtName, "gone">, rules: NameRules): boolean {
  if (rules.fileTypes && (type < 1 || type > 7)) return false;
  if (!rules.fileTypes && inode === 0) return false;
  if (isDot(name)) return false;
  return rules.enciphered ? inode !== 0 : name.every((byte) => byte >= 0x20 && byte !== 0x2f && byte !== 0x7f);
}

/** "." and "..". */
export function isDot(name: Uint8Array): boolean {
  return name[0] === 0x2e && (name.length === 1 || (name.length === 2 && name[1] === 0x2e));
}
