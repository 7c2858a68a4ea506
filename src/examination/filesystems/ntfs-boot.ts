import type { ByteSource } from "#examination/sources";
import { saysAt, u16, u32, u64 } from "./ntfs-fields.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** What the boot sector of an NTFS volume says. */
export interface NtfsGeometry {
  sectorBytes: number;
  clusterBytes: number;
  /** Clusters of the volume. */
  clusters: number;
  /** First byte of the master file table, and of the copy of its first records. */
  mftByte: number;
  mirrorByte: number;
  recordBytes: number;
  indexBytes: number;
  /** With the copy of the boot sector that stands behind the last cluster. */
  sizeBytes: number;
}

const CLUSTER_LIMIT = 2 * 1024 * 1024;
const RECORD_LIMIT = 64 * 1024;

/** What a boot sector says; null where it is none of NTFS. @see NTFS on-disk layout: $Boot */
function ntfsGeometry(sector: Uint8Array): NtfsGeometry | null {
  if (sector.length < 512 || !saysAt(sector, 3, "NTFS    ")) return null;
  const sectorBytes = u16(sector, 11);
  if (!isPower(sectorBytes, 256, 4096)) return null;
  const perCluster = sector[13] ?? 0;
  const clusterBytes = sectorBytes * (perCluster > 0x80 ? 2 ** (256 - perCluster) : perCluster);
  if (!isPower(clusterBytes, 256, CLUSTER_LIMIT)) return null;
  const sectors = u64(sector, 40);
  const mft = u64(sector, 48);
  const mirror = u64(sector, 56);
  const recordBytes = structureBytes(sector[64] ?? 0, clusterBytes);
  const indexBytes = structureBytes(sector[68] ?? 0, clusterBytes);
  if (!isPower(recordBytes, 256, RECORD_LIMIT)) return null;
  const clusters = Math.floor((sectors * sectorBytes) / clusterBytes);
  if (!(clusters > 0) || !Number.isSafeInteger((clusters + 1) * clusterBytes) || mft >= clusters) return null;
  return {
    sectorBytes,
    clusterBytes,
    clusters,
    mftByte: mft * clusterBytes,
    mirrorByte: mirror < clusters ? mirror * clusterBytes : -1,
    recordBytes,
    indexBytes: isPower(indexBytes, 512, RECORD_LIMIT) ? indexBytes : 4096,
    sizeBytes: (sectors + 1) * sectorBytes,
  };
}

/** A size in clusters, or as a power of two where the top bit is set. */
function structureBytes(value: number, clusterBytes: number): number {
  return value >= 0x80 ? 2 ** (256 - value) : value * clusterBytes;
}

function isPower(value: number, least: number, most: number): boolean {
  return value >= least && value <= most && Number.isInteger(Math.log2(value));
}

/** Geometries to try: the first sector's, or those of its copies where the first sector is damaged. */
export function* ntfsGeometries(volume: ByteSource, read: VolumeReader): Iterable<NtfsGeometry & { copyAt?: number }> {
  const first = read(0, 4096);
  const said = ntfsGeometry(first);
  if (said !== null) yield said;
  if (said === null && isOfAnother(first)) return;
  const sector = said?.sectorBytes ?? 512;
  const ends = [said === null ? 0 : said.sizeBytes - sector, volume.sizeBytes - 512, volume.sizeBytes - 4096];
  // Windows NT 4 kept the copy in the middle of the volume.
  const middle = Math.floor(volume.sizeBytes / 1024) * 512;
  for (const copyAt of new Set([...ends, middle])) {
    if (copyAt <= 0) continue;
    const copy = ntfsGeometry(read(copyAt, 512));
    if (copy !== null) yield { ...copy, copyAt };
  }
}

/** Whether a volume's start says that it is another file system now: then an old copy at its end does not speak for it. */
function isOfAnother(start: Uint8Array): boolean {
  const jump = start[0] === 0xe9 || (start[0] === 0xeb && start[2] === 0x90) || start[0] === 0xeb;
  if (jump && u16(start, 510) === 0xaa55) return true;
  if (u16(start, 1080) === 0xef53 || saysAt(start, 32, "NXSB") || saysAt(start, 0, "LUKS")) return true;
  return saysAt(start, 1024, "H+") || saysAt(start, 1024, "HX") || u32(start, 0) === 0x42534658;
}
