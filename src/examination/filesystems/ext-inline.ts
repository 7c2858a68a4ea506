import { concatBytes } from "#base/values";
import { type ExtInode, INODE_FLAG } from "./ext-inode.ts";
import { u16, u32 } from "./ntfs-fields.ts";

// @see Linux Documentation/filesystems/ext4 (6.x): "Inline Data", "Extended Attributes"

const ATTRIBUTES_MAGIC = 0xea020000;
const SYSTEM_INDEX = 7;

/** The bytes of a file that stand in its inode; null where they do not stand there. */
export function inlineBytes(inode: ExtInode): Uint8Array | null {
  if ((inode.flags & INODE_FLAG.inlineBytes) === 0) return null;
  const rest = systemData(inode.bytes);
  const bytes = rest === null ? inode.block : concatBytes(inode.block, rest);
  return bytes.subarray(0, Math.min(bytes.length, inode.sizeBytes));
}

/** The two parts of a directory that stands in its inode, each of entries. Before the first part stands the parent. */
export function inlineDirectory(inode: ExtInode): Uint8Array[] {
  const rest = systemData(inode.bytes);
  return rest === null ? [inode.block.subarray(4)] : [inode.block.subarray(4), rest];
}

/** Value of the attribute "system.data" within the inode. */
function systemData(bytes: Uint8Array): Uint8Array | null {
  const start = 128 + u16(bytes, 128);
  if (bytes.length <= 128 || u32(bytes, start) !== ATTRIBUTES_MAGIC) return null;
  const first = start + 4;
  for (let at = first; at + 16 <= bytes.length && u32(bytes, at) !== 0; ) {
    const nameBytes = bytes[at] ?? 0;
    const name = String.fromCharCode(...bytes.subarray(at + 16, at + 16 + nameBytes));
    const valueAt = first + u16(bytes, at + 2);
    const size = u32(bytes, at + 8);
    if (bytes[at + 1] === SYSTEM_INDEX && name === "data" && u32(bytes, at + 4) === 0) {
      return valueAt + size <= bytes.length ? bytes.subarray(valueAt, valueAt + size) : null;
    }
    at += (16 + nameBytes + 3) & ~3;
  }
  return null;
}
