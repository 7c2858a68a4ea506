import type { ByteSource } from "#examination/sources";
import type { ByteRange } from "./file-entry.ts";
import type { FileSystem } from "./file-system.ts";
import { hfsItem } from "./hfs-catalog.ts";
import { hfsEntries } from "./hfs-entries.ts";
import { type HfsLayout, readHfsLayout } from "./hfs-header.ts";
import { type HfsReading, openHfsReading } from "./hfs-reading.ts";
import { leafNodes, leafRecords } from "./hfs-tree.ts";
import { problemList } from "./problem.ts";
import { volumeReader } from "./volume-bytes.ts";

const decoder = new TextDecoder();

/** HFS+ and HFSX, also within an HFS wrapper; null where the volume is none. @see FileSystemReader */
export function openHfs(volume: ByteSource): FileSystem | null {
  const { problems, note } = problemList();
  const layout = readHfsLayout(volumeReader(volume, note), volume.sizeBytes);
  if (layout === null) return null;
  const sizeBytes = layout.startByte + layout.blocks * layout.blockBytes;
  if (layout.headerByte !== layout.startByte + 1024)
    note("backup-header", layout.startByte + 1024, { at: layout.headerByte });
  if (sizeBytes > volume.sizeBytes) note("volume-cut", volume.sizeBytes, { says: sizeBytes, has: volume.sizeBytes });
  const reading = openHfsReading(volume, layout, note);
  return {
    kind: layout.kind,
    label: labelOf(reading),
    blockBytes: layout.blockBytes,
    sizeBytes,
    entries: () => hfsEntries(reading),
    unallocated: () => freeRanges(reading, layout),
    problems,
  };
}

/** The name of the root: the first record of the catalog. */
function labelOf({ catalog }: HfsReading): string | null {
  if (catalog === null) return null;
  for (const bytes of leafNodes(catalog, () => {})) {
    for (const record of leafRecords(bytes)) {
      const item = hfsItem(record);
      if (item?.id === 2) return decoder.decode(item.name);
      if (item !== null) return null;
    }
  }
  return null;
}

/** Free blocks and what no block covers, ascending, neighbours joined. */
function* freeRanges({ volume, blockInUse }: HfsReading, layout: HfsLayout): Generator<ByteRange> {
  const { sizeBytes } = volume;
  const { blockBytes } = layout;
  let startByte = 0;
  let endByte = Math.min(layout.startByte, sizeBytes);
  for (let block = 0; block < layout.blocks && layout.startByte + block * blockBytes < sizeBytes; block++) {
    if (blockInUse(block)) continue;
    const at = layout.startByte + block * blockBytes;
    if (at !== endByte) {
      if (endByte > startByte) yield { startByte, lengthBytes: endByte - startByte };
      startByte = at;
    }
    endByte = Math.min(at + blockBytes, sizeBytes);
  }
  const end = Math.min(layout.startByte + layout.blocks * blockBytes, sizeBytes);
  if (endByte !== end && endByte > startByte) yield { startByte, lengthBytes: endByte - startByte };
  const last = endByte === end ? startByte : end;
  if (sizeBytes > last) yield { startByte: last, lengthBytes: sizeBytes - last };
}
