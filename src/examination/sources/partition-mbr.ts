import { little } from "#base/values";
import type { HeaderReader } from "./header-reader.ts";

/** One partition as a table says, in bytes from the start of the source; not yet cut to its size. */
export interface Partition {
  startByte: number;
  endByte: number;
}

const EXTENDED = new Set([0x05, 0x0f, 0x85]);
const LOGICAL_LIMIT = 128;

interface Entry extends Partition {
  type: number;
}

/**
 * Partitions of a DOS partition table (MBR), with those of its extended partitions.
 *
 * @param sectorBytes Unit of the table: the disk's logical sector.
 * @returns None where sector 0 is no such table.
 * @see Carrier, File System Forensic Analysis (2005), ch. 5: extended tables chain, relative to the first of them
 */
export function mbrPartitions(read: HeaderReader, sectorBytes: number): Partition[] {
  const entries = tableEntries(read(0, 512), { sectorBytes, baseByte: 0 });
  if (entries === undefined) return [];
  return entries.flatMap((entry) =>
    EXTENDED.has(entry.type) ? logicalPartitions(read, entry.startByte, sectorBytes) : [entry],
  );
}

/** Follows a chain of extended tables; each table is read once, so that a loop ends. */
function logicalPartitions(read: HeaderReader, extendedByte: number, sectorBytes: number): Partition[] {
  const found: Partition[] = [];
  const seen = new Set<number>();
  for (let at = extendedByte; !seen.has(at) && seen.size < LOGICAL_LIMIT; ) {
    seen.add(at);
    const sector = read(at, 512);
    const own = tableEntries(sector, { sectorBytes, baseByte: at }) ?? [];
    found.push(...own.filter((entry) => !EXTENDED.has(entry.type)));
    const links = tableEntries(sector, { sectorBytes, baseByte: extendedByte }) ?? [];
    const next = links.find((entry) => EXTENDED.has(entry.type));
    if (next === undefined) break;
    at = next.startByte;
  }
  return found;
}

/** The used entries of one table; undefined where the sector is none. */
function tableEntries(
  sector: Uint8Array,
  { sectorBytes, baseByte }: { sectorBytes: number; baseByte: number },
): Entry[] | undefined {
  if (sector.length < 512 || little(sector, 510, 2) !== 0xaa55) return undefined;
  const entries: Entry[] = [];
  for (let at = 446; at < 510; at += 16) {
    const type = sector[at + 4] ?? 0;
    const first = little(sector, at + 8, 4);
    const count = little(sector, at + 12, 4);
    if (((sector[at] ?? 0) & 0x7f) !== 0) return undefined;
    if (type === 0 || first === 0 || count === 0) continue;
    const startByte = baseByte + first * sectorBytes;
    entries.push({ type, startByte, endByte: startByte + count * sectorBytes });
  }
  return entries;
}
