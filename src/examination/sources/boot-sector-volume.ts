import { holds, little } from "#base/values";

/** What the header of a volume says: its file system, where its clusters begin, how large they and it are. */
export interface VolumeHeader {
  fileSystem: string;
  /** First cluster, from the start of the volume. */
  clustersAt: number;
  clusterBytes: number;
  /** null where its header does not say. */
  sizeBytes: number | null;
}

/**
 * Recognises the file systems whose parameters stand in the boot sector: FAT12/16/32, exFAT, NTFS, ReFS.
 *
 * @param head The volume's first bytes, 512 or more.
 * @returns undefined where the sector is none of them or contradicts itself.
 */
export function bootSectorVolume(head: Uint8Array): VolumeHeader | undefined {
  if (head.length < 512) return undefined;
  if (holds(head, 3, "ReFS\0\0\0\0")) return refsVolume(head);
  if (little(head, 510, 2) !== 0xaa55) return undefined;
  if (holds(head, 3, "EXFAT   ")) return exfatVolume(head);
  if (holds(head, 3, "NTFS    ")) return ntfsVolume(head);
  return fatVolume(head);
}

/** @see Microsoft exFAT specification, 2019, §3.1 */
function exfatVolume(head: Uint8Array): VolumeHeader | undefined {
  const sectorShift = head[108] ?? 0;
  const clusterShift = head[109] ?? 0;
  if (sectorShift < 9 || sectorShift > 12 || sectorShift + clusterShift > 25) return undefined;
  const sectorBytes = 2 ** sectorShift;
  const clustersAt = little(head, 88, 4) * sectorBytes;
  const sizeBytes = little(head, 72, 8) * sectorBytes;
  if (clustersAt >= sizeBytes) return undefined;
  return { fileSystem: "exfat", clustersAt, clusterBytes: sectorBytes * 2 ** clusterShift, sizeBytes };
}

/** @see Carrier, File System Forensic Analysis (2005), table 13.18; clusters above 64 KiB: 2^(256-n) sectors */
function ntfsVolume(head: Uint8Array): VolumeHeader | undefined {
  const sectorBytes = little(head, 11, 2);
  const per = head[13] ?? 0;
  const clusterBytes = sectorBytes * (per > 0x80 ? 2 ** (256 - per) : per);
  if (!isSectorSize(sectorBytes) || !isPower(clusterBytes) || clusterBytes > 2 * 1024 * 1024) return undefined;
  return { fileSystem: "ntfs", clustersAt: 0, clusterBytes, sizeBytes: (little(head, 40, 8) + 1) * sectorBytes };
}

/** @see libfsrefs, Resilient File System format, volume header: sectors at 24, bytes a sector at 32, sectors a cluster at 36 */
function refsVolume(head: Uint8Array): VolumeHeader | undefined {
  const sectorBytes = little(head, 32, 4);
  const clusterBytes = sectorBytes * little(head, 36, 4);
  if (!isSectorSize(sectorBytes) || !isPower(clusterBytes)) return undefined;
  return { fileSystem: "refs", clustersAt: 0, clusterBytes, sizeBytes: little(head, 24, 8) * sectorBytes };
}

/** @see Microsoft FAT specification 1.03, "Boot Sector and BPB", "FAT Type Determination" */
function fatVolume(head: Uint8Array): VolumeHeader | undefined {
  const sectorBytes = little(head, 11, 2);
  const perCluster = head[13] ?? 0;
  const reserved = little(head, 14, 2);
  const tables = head[16] ?? 0;
  const media = head[21] ?? 0;
  const jumps = head[0] === 0xe9 || head[0] === 0xeb;
  if (!jumps || !isSectorSize(sectorBytes) || !isPower(perCluster) || reserved === 0) return undefined;
  if (tables === 0 || tables > 4 || (media !== 0xf0 && media < 0xf8)) return undefined;
  const tableSectors = little(head, 22, 2) || little(head, 36, 4);
  const sectors = little(head, 19, 2) || little(head, 32, 4);
  const rootSectors = Math.ceil((little(head, 17, 2) * 32) / sectorBytes);
  const clusterSector = reserved + tables * tableSectors + rootSectors;
  if (tableSectors === 0 || clusterSector >= sectors) return undefined;
  const clusters = Math.floor((sectors - clusterSector) / perCluster);
  const fileSystem = little(head, 22, 2) === 0 ? "fat32" : clusters < 4085 ? "fat12" : "fat16";
  return {
    fileSystem,
    clustersAt: clusterSector * sectorBytes,
    clusterBytes: perCluster * sectorBytes,
    sizeBytes: sectors * sectorBytes,
  };
}

function isSectorSize(bytes: number): boolean {
  return bytes >= 512 && bytes <= 4096 && isPower(bytes);
}

function isPower(value: number): boolean {
  return value > 0 && value <= 0x4000_0000 && (value & (value - 1)) === 0;
}
