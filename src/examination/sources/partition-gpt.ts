import { holds, little } from "#base/values";
import type { HeaderReader } from "./header-reader.ts";
import type { Partition } from "./partition-mbr.ts";

const SECTORS = [512, 4096] as const;
const TABLE_LIMIT = 1024 * 1024;

/**
 * Partitions of a GUID partition table, from its first copy or, where that is damaged, from its second.
 *
 * @returns undefined where neither copy stands with both checksums right.
 * @see UEFI 2.10 §5.3.2 (header), §5.3.3 (entries)
 */
export function gptPartitions(read: HeaderReader, sizeBytes: number): Partition[] | undefined {
  for (const sectorBytes of SECTORS) {
    const last = (Math.floor(sizeBytes / sectorBytes) - 1) * sectorBytes;
    const found = tableAt(read, sectorBytes, sectorBytes) ?? tableAt(read, last, sectorBytes);
    if (found !== undefined) return found;
  }
  return undefined;
}

function tableAt(read: HeaderReader, headerByte: number, sectorBytes: number): Partition[] | undefined {
  const header = read(headerByte, 512).slice();
  const headerBytes = little(header, 12, 4);
  if (header.length < 512 || !holds(header, 0, "EFI PART") || headerBytes < 92 || headerBytes > 512) return undefined;
  const checksum = little(header, 16, 4);
  header.fill(0, 16, 20);
  if (crc32(header.subarray(0, headerBytes)) !== checksum) return undefined;
  const count = little(header, 80, 4);
  const entryBytes = little(header, 84, 4);
  const tableBytes = count * entryBytes;
  if (entryBytes < 128 || entryBytes % 8 !== 0 || tableBytes > TABLE_LIMIT) return undefined;
  const table = read(little(header, 72, 8) * sectorBytes, tableBytes);
  if (table.length < tableBytes || crc32(table) !== little(header, 88, 4)) return undefined;
  const partitions: Partition[] = [];
  for (let at = 0; at < tableBytes; at += entryBytes) {
    if (table.subarray(at, at + 16).every((byte) => byte === 0)) continue;
    const startByte = little(table, at + 32, 8) * sectorBytes;
    const endByte = (little(table, at + 40, 8) + 1) * sectorBytes;
    if (endByte > startByte) partitions.push({ startByte, endByte });
  }
  return partitions;
}

/** CRC-32 of ISO 3309, reflected, as UEFI uses it. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
