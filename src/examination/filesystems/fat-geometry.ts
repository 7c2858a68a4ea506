import type { FileSystemKind } from "./file-system.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** Where things stand in a FAT volume; all in bytes from its start. Clusters are numbered from 2. */
export interface FatGeometry {
  kind: Extract<FileSystemKind, "fat12" | "fat16" | "fat32">;
  clusterBytes: number;
  /** Highest cluster number. */
  lastCluster: number;
  /** Where the tables stand, the one that counts first. */
  fatStarts: number[];
  /** Root directory of FAT12 and FAT16; of FAT32 null. */
  rootRange: { startByte: number; lengthBytes: number } | null;
  /** Root directory of FAT32; else 0. */
  rootCluster: number;
  heapStart: number;
  sizeBytes: number;
  /** Label of the boot sector, space-padded bytes. */
  bootLabel: Uint8Array | null;
}

const SECTORS = [512, 1024, 2048, 4096];
const FAT12_BELOW = 4085;
const FAT16_BELOW = 65525;

/**
 * Reads a FAT boot sector.
 *
 * @returns Null where the numbers contradict each other or the first table does not begin as one.
 * @see Microsoft FAT32 File System Specification 1.03; FAT32 with fewer clusters than its rule allows is taken as what
 *   its fields say (no 16-bit table size), since that is what wrote it.
 */
export function readFatGeometry(read: VolumeReader, bootAt: number): FatGeometry | null {
  const boot = read(bootAt, 512);
  if (boot.length < 512) return null;
  const view = new DataView(boot.buffer, boot.byteOffset, boot.byteLength);
  const sector = view.getUint16(11, true);
  const perCluster = view.getUint8(13);
  const reserved = view.getUint16(14, true);
  const fats = view.getUint8(16);
  const rootEntries = view.getUint16(17, true);
  const total = view.getUint16(19, true) || view.getUint32(32, true);
  const size16 = view.getUint16(22, true);
  const fatSectors = size16 || view.getUint32(36, true);
  if (!SECTORS.includes(sector) || perCluster === 0 || (perCluster & (perCluster - 1)) !== 0) return null;
  if (reserved === 0 || fats === 0 || fats > 4 || fatSectors === 0 || view.getUint8(21) < 0xf0) return null;
  const wide = size16 === 0;
  const rootSectors = Math.ceil((rootEntries * 32) / sector);
  if (wide ? rootEntries !== 0 : rootEntries === 0) return null;
  const heap = reserved + fats * fatSectors + rootSectors;
  const counted = Math.floor((total - heap) / perCluster);
  if (!(counted > 0)) return null;
  const kind = wide ? "fat32" : counted < FAT12_BELOW ? "fat12" : "fat16";
  const held = Math.floor((fatSectors * sector * 8) / { fat12: 12, fat16: 16, fat32: 32 }[kind]) - 2;
  const clusters = Math.min(counted, held, kind === "fat16" ? FAT16_BELOW : 0x0ffffff5);
  const rootCluster = wide ? view.getUint32(44, true) & 0x0fffffff : 0;
  if (clusters <= 0 || (wide && (rootCluster < 2 || rootCluster > clusters + 1))) return null;
  const signed = view.getUint16(510, false) === 0x55aa;
  const isTable = (at: number): boolean => beginsAsTable(read(at, 4), { medium: view.getUint8(21), signed });
  const standing = Array.from({ length: fats }, (_, i) => (reserved + i * fatSectors) * sector);
  // Without mirroring (FAT32) one of them is the active one. A first one that was written over leaves its copy.
  const active = wide && (view.getUint16(40, true) & 0x80) !== 0 ? standing[view.getUint16(40, true) & 15] : undefined;
  const found = standing.filter(isTable);
  const fatStarts = [...new Set([...(active === undefined ? [] : [active]), ...found])].filter(isTable);
  if (fatStarts.length === 0) return null;
  return {
    kind,
    clusterBytes: perCluster * sector,
    lastCluster: clusters + 1,
    fatStarts,
    rootRange: wide ? null : { startByte: (heap - rootSectors) * sector, lengthBytes: rootEntries * 32 },
    rootCluster,
    heapStart: heap * sector,
    sizeBytes: total * sector,
    bootLabel: bootLabel(boot, wide ? 66 : 38),
  };
}

/** The first entry of a table repeats the medium's byte, all else of it set; where it cannot be read the boot sector must do. */
function beginsAsTable(entry: Uint8Array, { medium, signed }: { medium: number; signed: boolean }): boolean {
  if (entry.length < 4) return signed;
  const first = entry[0] ?? 0;
  return (first === medium || first >= 0xf0) && entry[1] === 0xff;
}

/** The label stands 5 bytes behind the extended signature 0x29. */
function bootLabel(boot: Uint8Array, signatureAt: number): Uint8Array | null {
  return boot[signatureAt] === 0x29 ? boot.slice(signatureAt + 5, signatureAt + 16) : null;
}

/** Last cluster that begins in a volume of so many bytes; 1 where none does. */
export function lastHeldCluster(
  geometry: { heapStart: number; clusterBytes: number; lastCluster: number },
  volumeBytes: number,
): number {
  const held = Math.ceil((volumeBytes - geometry.heapStart) / geometry.clusterBytes) + 1;
  return Math.max(1, Math.min(geometry.lastCluster, held));
}

/** Byte at which a cluster begins. */
export function clusterAt(geometry: { heapStart: number; clusterBytes: number }, cluster: number): number {
  return geometry.heapStart + (cluster - 2) * geometry.clusterBytes;
}
