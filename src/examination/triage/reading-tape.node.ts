import type { Coverage } from "#examination/evidence";
import type { FileTable } from "./file-table.ts";
import type { FolderReading } from "./folder-reading.node.ts";
import type { RawReading } from "./raw-reading.node.ts";
import { newIntervals, type Run } from "./reading.ts";
import type { HitRecord } from "./record.node.ts";
import { tapeOf } from "./tape.ts";

const HIT_BYTES = 4096;

/** The tape of a device or image. @param unread As reading.unreadRanges() says. */
export function rawTape(
  sizeBytes: number,
  { reading, hits }: { reading: RawReading; hits: HitRecord },
  unread: Iterable<Run>,
): Coverage["tape"] {
  const found = hits.ledger.hits().map(({ offsetBytes }) => ({ offsetBytes, lengthBytes: HIT_BYTES }));
  return tapeOf(sizeBytes, reading.covered, { found, unread });
}

/** The tape of a folder: its files laid end to end. */
export function folderTape(table: FileTable, reading: FolderReading): Coverage["tape"] {
  const line = {
    ...newIntervals(),
    bytesWithin: (from: number, length: number) => reading.readWithin(from, from + length),
  };
  const unread = reading.losses.places.map(({ fileIndex, offsetBytes, lengthBytes }) => ({
    offsetBytes: table.startBytes(fileIndex) + offsetBytes,
    lengthBytes,
  }));
  return tapeOf(table.totalBytes, line, { found: reading.foundRuns(), unread });
}
