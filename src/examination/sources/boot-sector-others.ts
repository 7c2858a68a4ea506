import { big, holds, little } from "#base/values";
import type { VolumeHeader } from "./boot-sector-volume.ts";

/** Bytes at a volume's start that otherVolume wants. */
export const VOLUME_HEAD_BYTES = 72 * 1024;

/**
 * Recognises file systems by their superblock: ext2/3/4, HFS+, APFS, XFS, Btrfs, F2FS, ISO 9660; and volumes that are
 * not one file system (LVM2, Linux RAID, swap space), for which a cluster of 512 says: unknown.
 *
 * @param head The volume's first bytes, VOLUME_HEAD_BYTES where it is as long.
 */
export function otherVolume(head: Uint8Array): VolumeHeader | undefined {
  return [ext, hfsPlus, apfs, xfs, btrfs, f2fs, iso9660, stacked].reduce<VolumeHeader | undefined>(
    (found, recognise) => found ?? recognise(head),
    undefined,
  );
}

/** @see Linux 6.1 Documentation/filesystems/ext4/super.rst */
function ext(head: Uint8Array): VolumeHeader | undefined {
  const shift = little(head, 1024 + 24, 4);
  if (little(head, 1024 + 56, 2) !== 0xef53 || shift > 6) return undefined;
  const wide = (little(head, 1024 + 96, 4) & 0x80) !== 0 ? little(head, 1024 + 0x150, 4) * 2 ** 32 : 0;
  return clusters("ext", 1024 * 2 ** shift, little(head, 1024 + 4, 4) + wide);
}

/** @see Apple TN1150, Volume Header */
function hfsPlus(head: Uint8Array): VolumeHeader | undefined {
  if (!holds(head, 1024, "H+") && !holds(head, 1024, "HX")) return undefined;
  return clusters("hfs+", big(head, 1024 + 40, 4), big(head, 1024 + 44, 4));
}

/** @see Apple File System Reference (2020-06-22), nx_superblock_t */
function apfs(head: Uint8Array): VolumeHeader | undefined {
  return holds(head, 32, "NXSB") ? clusters("apfs", little(head, 36, 4), little(head, 40, 8)) : undefined;
}

/** @see XFS Algorithms & Data Structures, 3rd edition, superblock */
function xfs(head: Uint8Array): VolumeHeader | undefined {
  return holds(head, 0, "XFSB") ? clusters("xfs", big(head, 4, 4), big(head, 8, 8)) : undefined;
}

/** @see Btrfs on-disk format, superblock at 64 KiB */
function btrfs(head: Uint8Array): VolumeHeader | undefined {
  if (!holds(head, 0x10040, "_BHRfS_M")) return undefined;
  const sectorBytes = little(head, 0x10090, 4);
  return clusters("btrfs", sectorBytes, Math.floor(little(head, 0x10070, 8) / (sectorBytes || 1)));
}

/** @see Linux 6.1 include/linux/f2fs_fs.h, f2fs_super_block */
function f2fs(head: Uint8Array): VolumeHeader | undefined {
  const shift = little(head, 1024 + 16, 4);
  if (little(head, 1024, 4) !== 0xf2f52010 || shift > 16) return undefined;
  return clusters("f2fs", 2 ** shift, little(head, 1024 + 36, 8));
}

/** @see ECMA-119, 8.4: sectors of 2 KiB, so files begin at every fourth */
function iso9660(head: Uint8Array): VolumeHeader | undefined {
  return holds(head, 0x8001, "CD001") ? clusters("iso9660", 2048, little(head, 0x8050, 4)) : undefined;
}

function stacked(head: Uint8Array): VolumeHeader | undefined {
  const unknown = (fileSystem: string): VolumeHeader => ({
    fileSystem,
    clustersAt: 0,
    clusterBytes: 512,
    sizeBytes: null,
  });
  for (let at = 0; at < 2048; at += 512) if (holds(head, at, "LABELONE")) return unknown("lvm2");
  if (little(head, 0, 4) === 0xa92b4efc || little(head, 4096, 4) === 0xa92b4efc) return unknown("linux-raid");
  return holds(head, 4086, "SWAPSPACE2") ? unknown("swap") : undefined;
}

function clusters(fileSystem: string, clusterBytes: number, count: number): VolumeHeader {
  return { fileSystem, clustersAt: 0, clusterBytes, sizeBytes: clusterBytes * count };
}
