import { toHex } from "#base/values";
import { u16, u32 } from "./ntfs-fields.ts";

// @see Linux Documentation/filesystems/ext4 (6.x): "Super Block", "Block Group Descriptors"

const MAGIC = 0xef53;
const INCOMPAT = {
  fileType: 0x2,
  recover: 0x4,
  journalDevice: 0x8,
  metaGroups: 0x10,
  extents: 0x40,
  wide: 0x80,
  flexGroups: 0x200,
  inlineBytes: 0x8000,
} as const;
/** Twice as many as the largest volume of 1,024-byte blocks has. */
const GROUPS_LIMIT = 4_194_304;
const LEAST_IN_GROUP = 256;
/** All of Linux 6.x without whole-file compression, which no kernel ever had. */
const KNOWN_INCOMPAT = 0x3f7d6;
const COMPAT_JOURNAL = 0x4;
const COMPAT_SPARSE_SUPER2 = 0x200;
const READ_ONLY_COMPAT = { sparseSuper: 0x1, groupChecksum: 0x10, bigAlloc: 0x200, metadataChecksum: 0x400 } as const;
/** Read-only features that only ext4 has: huge files, group checksums, many links, extra inode bytes and the like. */
const EXT4_READ_ONLY = 0x7ff8;
const EXT4_INCOMPAT =
  INCOMPAT.extents | INCOMPAT.wide | INCOMPAT.flexGroups | INCOMPAT.inlineBytes | INCOMPAT.metaGroups;

/** What a superblock says of its file system; all sizes are in bounds, none contradicts another. */
export interface ExtLayout {
  kind: "ext2" | "ext3" | "ext4";
  label: string | null;
  /** Where this superblock stands. */
  superByte: number;
  blockBytes: number;
  blocks: number;
  firstBlock: number;
  /** Blocks that one bit of a bitmap stands for: 1, more with bigalloc. */
  clusterBlocks: number;
  blocksPerGroup: number;
  inodes: number;
  inodesPerGroup: number;
  inodeBytes: number;
  firstInode: number;
  groups: number;
  descriptorBytes: number;
  /** First of the groups whose descriptors stand in groups of their own; infinite without them. */
  firstMetaGroup: number;
  /** Groups with a copy of superblock and descriptors: all, by powers, or two that are named. */
  copies: "all" | "sparse" | [number, number];
  reservedDescriptorBlocks: number;
  /** Groups say which of their inodes and bitmaps were never used. */
  groupFlags: boolean;
  fileTypes: boolean;
  journalInode: number;
  journalUuid: string | null;
  needsRecovery: boolean;
  /** Inodes of the file system's own that stand among those of files: orphan list, quotas. */
  ownInodes: number[];
  /** Incompatible features this reader does not know. */
  unknownFeatures: number;
}

/** The layout of a superblock; null where it is none. `superByte`: where it stands, from the volume's start. */
export function readExtLayout(bytes: Uint8Array, superByte: number): ExtLayout | null {
  if (bytes.length < 1024 || u16(bytes, 56) !== MAGIC) return null;
  if (u32(bytes, 24) > 6 || (u32(bytes, 96) & INCOMPAT.journalDevice) !== 0) return null;
  const sizes = sizesOf(bytes);
  return sizes === null ? null : { superByte, ...sizes, ...featuresOf(bytes) };
}

type Sizes = Pick<
  ExtLayout,
  | "blockBytes"
  | "blocks"
  | "firstBlock"
  | "clusterBlocks"
  | "blocksPerGroup"
  | "inodes"
  | "inodesPerGroup"
  | "inodeBytes"
  | "firstInode"
  | "groups"
  | "descriptorBytes"
>;

/** Sizes and counts; null where they contradict each other. */
function sizesOf(bytes: Uint8Array): Sizes | null {
  const modern = u32(bytes, 76) > 0;
  const blockBytes = 1024 << u32(bytes, 24);
  const wide = (u32(bytes, 96) & INCOMPAT.wide) !== 0;
  const blocks = u32(bytes, 4) + (wide ? u32(bytes, 336) * 2 ** 32 : 0);
  const bigAlloc = (u32(bytes, 100) & READ_ONLY_COMPAT.bigAlloc) !== 0;
  const clusterBlocks = bigAlloc && u32(bytes, 28) <= 20 ? Math.max(1, (1024 << u32(bytes, 28)) / blockBytes) : 1;
  const firstBlock = u32(bytes, 20);
  const blocksPerGroup = u32(bytes, 32);
  const inodesPerGroup = u32(bytes, 40);
  const inodeBytes = modern ? u16(bytes, 88) : 128;
  const descriptorBytes = wide ? Math.max(32, u16(bytes, 254)) : 32;
  const sane =
    firstBlock <= 1 &&
    blocks > firstBlock &&
    blocksPerGroup >= LEAST_IN_GROUP &&
    blocksPerGroup <= 8 * blockBytes * clusterBlocks &&
    inodesPerGroup > 0 &&
    inodesPerGroup <= 8 * blockBytes &&
    isPower(inodeBytes, 128, blockBytes) &&
    isPower(descriptorBytes, 32, 1024) &&
    u32(bytes, 0) > 0;
  if (!sane) return null;
  const groups = Math.min(GROUPS_LIMIT, Math.ceil((blocks - firstBlock) / blocksPerGroup));
  const inodes = Math.min(u32(bytes, 0), groups * inodesPerGroup);
  const firstInode = modern ? Math.max(11, u32(bytes, 84)) : 11;
  const counts = { inodes, inodesPerGroup, inodeBytes, firstInode, groups, descriptorBytes };
  return { blockBytes, blocks, firstBlock, clusterBlocks, blocksPerGroup, ...counts };
}

function featuresOf(bytes: Uint8Array): Omit<ExtLayout, "superByte" | keyof Sizes> {
  const [compat, incompat, readOnly] = [u32(bytes, 92), u32(bytes, 96), u32(bytes, 100)];
  const journal = (compat & COMPAT_JOURNAL) !== 0;
  const isExt4 = (incompat & EXT4_INCOMPAT) !== 0 || (readOnly & EXT4_READ_ONLY) !== 0;
  const sparse = (readOnly & READ_ONLY_COMPAT.sparseSuper) !== 0 ? "sparse" : "all";
  return {
    kind: isExt4 ? "ext4" : journal ? "ext3" : "ext2",
    label: labelText(bytes.subarray(120, 136)),
    firstMetaGroup: (incompat & INCOMPAT.metaGroups) !== 0 ? u32(bytes, 260) : Number.POSITIVE_INFINITY,
    copies: (compat & COMPAT_SPARSE_SUPER2) !== 0 ? [u32(bytes, 588), u32(bytes, 592)] : sparse,
    reservedDescriptorBlocks: u16(bytes, 206),
    groupFlags: (readOnly & (READ_ONLY_COMPAT.groupChecksum | READ_ONLY_COMPAT.metadataChecksum)) !== 0,
    fileTypes: (incompat & INCOMPAT.fileType) !== 0,
    journalInode: journal ? u32(bytes, 224) : 0,
    journalUuid: journal && u32(bytes, 224) === 0 ? toHex(bytes.subarray(208, 224)) : null,
    ownInodes: [u32(bytes, 620), u32(bytes, 640)],
    needsRecovery: (incompat & INCOMPAT.recover) !== 0,
    unknownFeatures: (incompat & ~KNOWN_INCOMPAT) >>> 0,
  };
}

function isPower(value: number, least: number, most: number): boolean {
  return value >= least && value <= most && (value & (value - 1)) === 0;
}

function labelText(bytes: Uint8Array): string | null {
  const end = bytes.indexOf(0);
  const text = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
  return text === "" ? null : text;
}

/** Whether a group starts with a copy of the superblock and the descriptors. */
export function hasCopy({ copies }: ExtLayout, group: number): boolean {
  if (group === 0) return true;
  if (copies === "all") return true;
  if (copies !== "sparse") return copies.includes(group);
  return group === 1 || [3, 5, 7].some((base) => isPowerOf(group, base));
}

function isPowerOf(value: number, base: number): boolean {
  let power = base;
  while (power < value) power *= base;
  return power === value;
}

/** First block of a group. */
export function groupStart(layout: ExtLayout, group: number): number {
  return layout.firstBlock + group * layout.blocksPerGroup;
}
