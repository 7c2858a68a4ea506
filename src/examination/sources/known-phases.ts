import { encryptedHeader, looksRandom, RANDOM_BYTES } from "./boot-sector-encrypted.ts";
import { otherVolume, VOLUME_HEAD_BYTES } from "./boot-sector-others.ts";
import { bootSectorVolume, type VolumeHeader } from "./boot-sector-volume.ts";
import { type HeaderReader, headerReader } from "./header-reader.ts";
import type { ReadBytes } from "./open-bytes.ts";
import { gptPartitions } from "./partition-gpt.ts";
import { mbrPartitions, type Partition } from "./partition-mbr.ts";
import type { KnownPhases, PhaseRegion } from "./phase-region.ts";
import { tileRegions } from "./tile-regions.ts";

const BLOCK = 4096;
const SECTOR = 512;
const VOLUMES_LIMIT = 256;
/** Below this a volume of random bytes is no container anyone would make. */
const CONTAINER_BYTES = 1024 * 1024;

/**
 * What partition tables and boot sectors say about where blocks of files begin, from headers alone.
 *
 * A phase is known only where a recognised file system has clusters of 4 KiB or a multiple; everywhere else, and
 * between partitions, all eight are possible. It speaks of the present file system: what an earlier one left behind
 * may lie at other phases. Reads at most 64 MiB; what cannot be read is unknown; damaged tables are no tables.
 *
 * @param sectorBytes The disk's logical sector: the unit of an MBR.
 */
export function knownPhases(readSync: ReadBytes, sizeBytes: number, sectorBytes = SECTOR): KnownPhases {
  const read = headerReader(readSync, sizeBytes);
  const whole: Partition = { startByte: 0, endByte: sizeBytes };
  const gpt = gptPartitions(read, sizeBytes);
  if (gpt !== undefined) return partitioned("gpt", gpt, { read, sizeBytes });
  const volume = volumeRegion(read, whole);
  const recognised = volume.region.fileSystem !== null || volume.region.encrypted !== null;
  const mbr = recognised && volume.region.encrypted !== "VeraCrypt-like" ? [] : mbrPartitions(read, sectorBytes);
  if (mbr.length > 0) return partitioned("mbr", mbr, { read, sizeBytes });
  return {
    scheme: recognised ? "volume" : "none",
    regions: tileRegions([volume.region], sizeBytes),
    claimedBytes: recognised ? volume.claimedBytes : 0,
  };
}

function partitioned(
  scheme: "gpt" | "mbr",
  partitions: readonly Partition[],
  { read, sizeBytes }: { read: HeaderReader; sizeBytes: number },
): KnownPhases {
  const regions = partitions.slice(0, VOLUMES_LIMIT).map((partition) => {
    const endByte = Math.min(partition.endByte, sizeBytes);
    return volumeRegion(read, { startByte: partition.startByte, endByte }).region;
  });
  const claimedBytes = partitions.reduce((most, partition) => Math.max(most, partition.endByte), 0);
  return { scheme, regions: tileRegions(regions, sizeBytes), claimedBytes };
}

/** What stands in a partition or on a source without a table; the region ends where its file system does. */
function volumeRegion(read: HeaderReader, place: Partition): { region: PhaseRegion; claimedBytes: number } {
  const { startByte, endByte } = place;
  const region: PhaseRegion = { startByte, endByte, phase: null, fileSystem: null, encrypted: null };
  const head = read(startByte, Math.min(VOLUME_HEAD_BYTES, endByte - startByte));
  const encrypted = encryptedHeader(head);
  const volume = bootSectorVolume(head) ?? otherVolume(head);
  if (encrypted !== null) return { region: { ...region, encrypted }, claimedBytes: endByte };
  if (volume === undefined) {
    return {
      region: { ...region, encrypted: isContainer(read, place) ? "VeraCrypt-like" : null },
      claimedBytes: endByte,
    };
  }
  const claimedBytes = volume.sizeBytes === null ? endByte : startByte + volume.sizeBytes;
  return {
    region: {
      ...region,
      endByte: Math.min(endByte, claimedBytes),
      phase: phaseOf(volume, startByte),
      fileSystem: volume.fileSystem,
    },
    claimedBytes,
  };
}

function phaseOf(volume: VolumeHeader, startByte: number): number | null {
  const clustersAt = startByte + volume.clustersAt;
  if (volume.clusterBytes < BLOCK || volume.clusterBytes % BLOCK !== 0 || clustersAt % SECTOR !== 0) return null;
  return (clustersAt / SECTOR) % (BLOCK / SECTOR);
}

/** A volume without any header whose both ends are like random bytes: as VeraCrypt makes it, first and backup header. */
function isContainer(read: HeaderReader, { startByte, endByte }: Partition): boolean {
  if (endByte - startByte < CONTAINER_BYTES) return false;
  return looksRandom(read(startByte, RANDOM_BYTES)) && looksRandom(read(endByte - RANDOM_BYTES, RANDOM_BYTES));
}
