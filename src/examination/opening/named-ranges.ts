import type { ByteRange, Candidate } from "#examination/carving";
import { isHolder } from "#examination/carving";
import type { FileEntry, FileStream } from "#examination/filesystems";

/** Files that deleted entries still name, by where they stand in their volume: whoever walks the file system has them. */
export interface NamedRanges {
  /** Whether a candidate, its pieces in the volume, is such a file. */
  names(candidate: Candidate): boolean;
}

/** Beyond so many they are told a second time. */
const FILES_MOST = 2 ** 19;
/** What stands at a file's beginning is looked at for itself where the file goes on behind it. */
const FOUND_WITHIN: readonly Candidate["format"][] = ["jpeg", "png", "gif", "webp"];

/** @param entries All of a file system; those that are there are passed over. */
export function namedRanges(entries: Iterable<FileEntry>): NamedRanges {
  const files = new Map<number, ByteRange[][]>();
  let count = 0;
  for (const { kind, state, certainty, streams } of entries) {
    if (kind !== "file" || state === "allocated" || certainty === "name-only") continue;
    for (const stream of streams) {
      const ranges = rangesOf(stream);
      const [first] = ranges;
      if (first === undefined || ++count > FILES_MOST) continue;
      const known = files.get(first.startByte);
      if (known === undefined) files.set(first.startByte, [ranges]);
      else known.push(ranges);
    }
  }
  return {
    names({ pieces, format, sizeBytes }) {
      const begun = files.get(pieces[0]?.startByte ?? -1) ?? [];
      const mayGoOn = isHolder(format) || FOUND_WITHIN.includes(format);
      return begun.some((ranges) => {
        const total = ranges.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
        return (mayGoOn ? total >= sizeBytes : total === sizeBytes) && beginsWith(ranges, pieces);
      });
    },
  };
}

/** Where a stream stands, neighbours joined, up to its end or to the first piece that is gone. */
function rangesOf({ extents, sizeBytes, encrypted }: FileStream): ByteRange[] {
  const ranges: ByteRange[] = [];
  let left = encrypted === true ? 0 : sizeBytes;
  for (const { startByte, lengthBytes, lost } of extents) {
    if (startByte === null || lost === true || left <= 0) break;
    const length = Math.min(left, lengthBytes);
    const last = ranges.at(-1);
    if (last !== undefined && last.startByte + last.lengthBytes === startByte) last.lengthBytes += length;
    else ranges.push({ startByte, lengthBytes: length });
    left -= length;
  }
  return ranges;
}

function beginsWith(ranges: readonly ByteRange[], pieces: readonly ByteRange[]): boolean {
  return pieces.every((piece, i) => {
    const range = ranges[i];
    if (range === undefined || range.startByte !== piece.startByte) return false;
    return i === pieces.length - 1 ? range.lengthBytes >= piece.lengthBytes : range.lengthBytes === piece.lengthBytes;
  });
}
