import { saysAt, u16, u32 } from "./ntfs-fields.ts";
import type { VolumeReader } from "./volume-bytes.ts";

// @see ECMA-119 (4th ed., 2019) §8: volume descriptors; Joliet Specification (1995): the supplementary one

const SECTOR = 2048;
const FIRST = 16;
const DESCRIPTORS_LIMIT = 64;

/** One tree of directories: the disc has one, and often the same again with longer names. */
export interface IsoTree {
  joliet: boolean;
  /** Name of the volume as the descriptor has it, without the spaces behind it. */
  label: Uint8Array;
  blockBytes: number;
  blocks: number;
  rootBlock: number;
  rootBytes: number;
  /** Where its path tables stand. */
  tables: { block: number; lengthBytes: number }[];
}

/** The trees that descriptors from a sector on name, the plain one first; `endByte`: behind the last descriptor. */
export function isoTrees(read: VolumeReader, firstSector = FIRST): { trees: IsoTree[]; endByte: number } {
  const trees: IsoTree[] = [];
  let at = firstSector * SECTOR;
  for (let i = 0; i < DESCRIPTORS_LIMIT; i++, at += SECTOR) {
    const bytes = read(at, SECTOR);
    if (bytes.length < SECTOR || !saysAt(bytes, 1, "CD001")) break;
    const kind = bytes[0] ?? 255;
    if (kind === 255) return { trees, endByte: at + SECTOR };
    if (kind !== 1 && kind !== 2) continue;
    const joliet =
      kind === 2 && bytes[88] === 0x25 && bytes[89] === 0x2f && [0x40, 0x43, 0x45].includes(bytes[90] ?? 0);
    const tree = kind === 1 || joliet ? treeOf(bytes, joliet) : null;
    if (tree !== null && !trees.some((other) => other.joliet === tree.joliet)) trees.push(tree);
  }
  return { trees, endByte: at };
}

function treeOf(bytes: Uint8Array, joliet: boolean): IsoTree | null {
  const blockBytes = u16(bytes, 128);
  const root = bytes.subarray(156, 190);
  if (blockBytes < 512 || blockBytes > SECTOR || (blockBytes & (blockBytes - 1)) !== 0) return null;
  if ((root[0] ?? 0) < 34 || u32(root, 10) === 0) return null;
  const tableBytes = u32(bytes, 132);
  const tables = [u32(bytes, 140), u32(bytes, 144), big32(bytes, 148), big32(bytes, 152)]
    .filter((block) => block !== 0)
    .map((block) => ({ block, lengthBytes: tableBytes }));
  return {
    joliet,
    label: trimmed(bytes.subarray(40, 72), joliet),
    blockBytes,
    blocks: u32(bytes, 80),
    rootBlock: u32(root, 2),
    rootBytes: u32(root, 10),
    tables,
  };
}

function trimmed(bytes: Uint8Array, joliet: boolean): Uint8Array {
  const isSpace = (end: number): boolean =>
    joliet ? bytes[end - 2] === 0 && [0, 0x20].includes(bytes[end - 1] ?? 0) : [0, 0x20].includes(bytes[end - 1] ?? 0);
  let end = bytes.length;
  while (end > 0 && isSpace(end)) end -= joliet ? 2 : 1;
  return bytes.subarray(0, end);
}

/** Big-endian number of 32 bits. */
function big32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
