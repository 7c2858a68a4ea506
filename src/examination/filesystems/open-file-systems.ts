import type { ByteSource } from "#examination/sources";
import { openApfs } from "./apfs-volume.ts";
import { openExfat } from "./exfat-volume.ts";
import { openExt } from "./ext-volume.ts";
import { openFat } from "./fat-volume.ts";
import type { FileSystem, FileSystemReader } from "./file-system.ts";
import { openHfs } from "./hfs-volume.ts";
import { openIso, openIsoSessions } from "./iso-volume.ts";
import { openNtfs } from "./ntfs-volume.ts";
import { openUdf, openUdfSessions } from "./udf-volume.ts";
import { openShadowCopies } from "./vss-systems.ts";

const READERS: FileSystemReader[] = [openFat, openExfat, openNtfs, openExt, openIso, openUdf, openHfs];

/**
 * All file systems a volume can be read as: none, one, or several where it is valid as several. Behind an NTFS volume stand
 * its shadow copies, behind a disc its earlier sessions.
 *
 * @param volume The bytes of one volume (a partition, or a medium without a table), from its first sector.
 */
export function openFileSystems(volume: ByteSource): FileSystem[] {
  const found = READERS.map((open) => open(volume)).filter((fileSystem) => fileSystem !== null);
  const withCopies = found.flatMap((one) => [one, ...earlierOf(volume, one)]);
  return [...withCopies, ...openApfs(volume)];
}

function earlierOf(volume: ByteSource, one: FileSystem): FileSystem[] {
  if (one.kind === "ntfs") return openShadowCopies(volume, one);
  if (one.kind === "udf") return openUdfSessions(volume, one);
  return one.kind === "iso9660" ? openIsoSessions(volume, one) : [];
}
