import { big, holds } from "#base/values";
import { type FoundTable, type ListedVolume, VOLUMES_LIMIT } from "./listed-volume.ts";
import { plainText, type TableReader } from "./table-reader.ts";
import { kindOfApm } from "./volume-kinds.ts";

const UNITS = [512, 2048, 1024, 4096] as const;

/**
 * The volumes of an Apple partition map; null where there is none.
 *
 * @see Inside Macintosh: Devices (1994), ch. 3, "The Driver Descriptor Record", "The Partition Map"
 */
export function apmTable(reader: TableReader): FoundTable | null {
  const first = reader.read(0, 512);
  const said = holds(first, 0, "ER") ? big(first, 2, 2) : 0;
  for (const sectorBytes of new Set([said, ...UNITS])) {
    if (sectorBytes < 512 || sectorBytes > 65536 || sectorBytes % 512 !== 0) continue;
    const head = reader.read(sectorBytes, 512);
    const count = big(head, 4, 4);
    if (!holds(head, 0, "PM") || count === 0) continue;
    return { sectorBytes, listed: mapVolumes(reader, sectorBytes, count) };
  }
  return null;
}

function mapVolumes(reader: TableReader, sectorBytes: number, count: number): ListedVolume[] {
  const listed: ListedVolume[] = [];
  if (count > VOLUMES_LIMIT) reader.note("too-many", sectorBytes, { limit: VOLUMES_LIMIT });
  for (let i = 1; i <= Math.min(count, VOLUMES_LIMIT); i++) {
    const entry = reader.read(i * sectorBytes, 512);
    if (!holds(entry, 0, "PM")) {
      reader.note("entry-damaged", i * sectorBytes, { entry: i });
      if (entry.length === 0) break;
      continue;
    }
    const type = plainText(entry.subarray(48, 80));
    const name = plainText(entry.subarray(16, 48));
    const kind = kindOfApm(type);
    const sizeBytes = big(entry, 12, 4) * sectorBytes;
    if (kind === "unallocated" || sizeBytes === 0) continue;
    listed.push({ startByte: big(entry, 8, 4) * sectorBytes, sizeBytes, kind, type, name: name === "" ? null : name });
  }
  return listed;
}
