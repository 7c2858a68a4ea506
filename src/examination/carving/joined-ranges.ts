import type { ByteSource } from "#examination/sources";

/** Bytes of a source, from its start. */
export interface ByteRange {
  startByte: number;
  lengthBytes: number;
}

/** Ranges of a source one behind another, as a source of their own: free space, as a deleted file sees it. */
export interface JoinedRanges extends ByteSource {
  /** Where a stretch of it stands in the source, in order, neighbours joined. */
  piecesOf(stretch: ByteRange): ByteRange[];
  /** Where a byte of the source stands in it; null: it is in none of the ranges. */
  offsetOf(sourceByte: number): number | null;
}

/**
 * Joins ranges of a source in the order they are given; what lies beyond the source's end is left out.
 *
 * @param ranges Held: 16 bytes each.
 */
export function joinRanges(source: ByteSource, ranges: Iterable<ByteRange>): JoinedRanges {
  const starts: number[] = [];
  const ends: number[] = [];
  let total = 0;
  for (const { startByte, lengthBytes } of ranges) {
    const length = Math.min(lengthBytes, source.sizeBytes - startByte);
    if (!(length > 0) || startByte < 0) continue;
    starts.push(startByte);
    total += length;
    ends.push(total);
  }
  const pieceAt = (at: number): { index: number; startByte: number; lengthBytes: number } => {
    const index = firstAbove(ends, at);
    const within = at - (index === 0 ? 0 : (ends[index - 1] ?? 0));
    return { index, startByte: (starts[index] ?? 0) + within, lengthBytes: (ends[index] ?? 0) - at };
  };
  return {
    sizeBytes: total,
    readSync: (view, offsetBytes) => {
      const wanted = Math.max(0, Math.min(view.length, total - offsetBytes));
      for (let done = 0; done < wanted; ) {
        const { startByte, lengthBytes } = pieceAt(offsetBytes + done);
        const length = Math.min(lengthBytes, wanted - done);
        const got = source.readSync(length === view.length ? view : view.subarray(done, done + length), startByte);
        if (got < length) return done + got;
        done += length;
      }
      return wanted;
    },
    offsetOf(sourceByte) {
      for (const [index, startByte] of starts.entries()) {
        const before = index === 0 ? 0 : (ends[index - 1] ?? 0);
        const within = sourceByte - startByte;
        if (within >= 0 && within < (ends[index] ?? 0) - before) return before + within;
      }
      return null;
    },
    piecesOf: ({ startByte, lengthBytes }) => {
      const pieces: ByteRange[] = [];
      const end = Math.min(total, startByte + lengthBytes);
      for (let at = startByte; at < end; ) {
        const piece = pieceAt(at);
        const length = Math.min(piece.lengthBytes, end - at);
        appendRange(pieces, { startByte: piece.startByte, lengthBytes: length });
        at += length;
      }
      return pieces;
    },
  };
}

/** Adds a range; joined to the last one where it goes on there. */
export function appendRange(ranges: ByteRange[], { startByte, lengthBytes }: ByteRange): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.startByte + last.lengthBytes === startByte) last.lengthBytes += lengthBytes;
  else ranges.push({ startByte, lengthBytes });
}

/** Index of the first number above a value. */
function firstAbove(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
