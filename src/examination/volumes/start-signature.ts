import { holds, little } from "#base/values";
import type { TableReader } from "./table-reader.ts";

/** Whether something known starts here: a file system, a container of volumes, an encrypted volume. Decides between units. */
export function knownStart(reader: TableReader, startByte: number): boolean {
  const start = reader.read(startByte, 4096);
  if (start.length < 512) return false;
  if (little(start, 510, 2) === 0xaa55 || holds(start, 0, "LUKS\xba\xbe") || holds(start, 0, "XFSB")) return true;
  if (holds(start, 32, "NXSB") || holds(start, 1024, "H+") || holds(start, 1024, "HX") || holds(start, 1024, "BD"))
    return true;
  if (little(start, 1024 + 56, 2) === 0xef53) return true;
  for (const sector of [0, 512, 1024, 1536]) if (holds(start, sector, "LABELONE")) return true;
  return false;
}

/**
 * Whether the sector is the start of a FAT, exFAT or NTFS file system: then its last bytes are boot code, and a table among
 * them needs more proof.
 */
export function bootSectorOfFileSystem(sector: Uint8Array): boolean {
  const jumps = sector[0] === 0xe9 || (sector[0] === 0xeb && (sector[1] ?? 0) >= 0x1c);
  if (!jumps || little(sector, 510, 2) !== 0xaa55) return false;
  if (holds(sector, 3, "NTFS    ") || holds(sector, 3, "EXFAT   ") || holds(sector, 3, "-FVE-FS-")) return true;
  const sectorBytes = little(sector, 11, 2);
  const perCluster = sector[13] ?? 0;
  const fats = sector[16] ?? 0;
  const sizes = little(sector, 19, 2) + little(sector, 32, 4);
  return (
    [512, 1024, 2048, 4096].includes(sectorBytes) &&
    perCluster > 0 &&
    (perCluster & (perCluster - 1)) === 0 &&
    little(sector, 14, 2) > 0 &&
    (fats === 1 || fats === 2) &&
    sizes > 0 &&
    ((sector[21] ?? 0) >= 0xf0 || little(sector, 22, 2) > 0)
  );
}

/** Whether the whole source starts with a file system that leaves room for a table before it (discs, ext, HFS+). */
export function fileSystemAtStart(reader: TableReader): boolean {
  const start = reader.read(0, 2048);
  if (bootSectorOfFileSystem(start)) return true;
  if (little(start, 1024 + 56, 2) === 0xef53 && little(start, 1024 + 24, 4) <= 6) return true;
  if (holds(start, 1024, "H+\0\x04") || holds(start, 1024, "HX\0\x05") || holds(start, 32, "NXSB")) return true;
  return holds(reader.read(32768, 8), 1, "CD001");
}
