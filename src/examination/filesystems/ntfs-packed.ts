import { type ByteSource, ReadError } from "#examination/sources";
import { u32, u64 } from "./ntfs-fields.ts";
import type { StreamRuns } from "./ntfs-layout.ts";
import { expandLznt1 } from "./ntfs-lznt1.ts";
import { expandLzx } from "./ntfs-lzx.ts";
import { expandXpress } from "./ntfs-xpress.ts";

/** Bytes that come in pieces of one length, each made when asked for; the last made is kept. */
function piecewise(sizeBytes: number, pieceBytes: number, make: (piece: number, into: Uint8Array) => void): ByteSource {
  let kept = -1;
  let bytes = new Uint8Array(0);
  const piece = (number: number): Uint8Array => {
    if (kept === number) return bytes;
    kept = -1;
    bytes = new Uint8Array(Math.min(pieceBytes, sizeBytes - number * pieceBytes));
    make(number, bytes);
    kept = number;
    return bytes;
  };
  return {
    sizeBytes,
    readSync: (view, offsetBytes) => {
      if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0) {
        throw new RangeError(`Cannot read: the offset must be a whole number from 0, current value is ${offsetBytes}`);
      }
      const wanted = Math.max(0, Math.min(view.length, sizeBytes - offsetBytes));
      for (let done = 0; done < wanted; ) {
        const number = Math.floor((offsetBytes + done) / pieceBytes);
        const within = offsetBytes + done - number * pieceBytes;
        const from = pieceOrFail(() => piece(number), { offsetBytes: offsetBytes + done, goodBytes: done });
        const length = Math.min(wanted - done, from.length - within);
        view.set(from.subarray(within, within + length), done);
        done += length;
      }
      return wanted;
    },
  };
}

function pieceOrFail(make: () => Uint8Array, place: { offsetBytes: number; goodBytes: number }): Uint8Array {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    throw new ReadError(error.why, error.code, { ...place, cause: error.cause });
  }
}

function broken(code: string, cause?: unknown): ReadError {
  return new ReadError("input-error", code, { offsetBytes: 0, goodBytes: 0, cause });
}

/** The bytes of a stream that NTFS compressed in units of clusters (LZNT1). */
export function unitSource(volume: ByteSource, runs: StreamRuns, clusterBytes: number): ByteSource {
  const { list, unitClusters } = runs;
  const starts = new Float64Array(list.runs.length);
  list.runs.forEach((_, i) => {
    starts[i] = i === 0 ? 0 : (starts[i - 1] ?? 0) + (list.runs[i - 1]?.count ?? 0);
  });
  const unitBytes = unitClusters * clusterBytes;
  const sizeBytes = Math.min(runs.sizeBytes, list.count * clusterBytes);
  return piecewise(sizeBytes, unitBytes, (unit, into) => {
    const first = unit * unitClusters;
    const given: { at: number; length: number }[] = [];
    let clusters = 0;
    let sparse = 0;
    for (let i = lastStart(starts, first), at = first; at < first + unitClusters; i++) {
      const run = list.runs[i];
      if (run === undefined) break;
      const within = at - (starts[i] ?? 0);
      const count = Math.min(run.count - within, first + unitClusters - at);
      if (run.first === "lost") throw lostError();
      if (run.first === null) sparse += count;
      else given.push({ at: (run.first + within) * clusterBytes, length: count * clusterBytes });
      if (run.first !== null) clusters += count;
      at += count;
    }
    if (clusters === 0) return;
    const bytes = new Uint8Array(clusters * clusterBytes);
    let done = 0;
    for (const { at, length } of given) {
      if (volume.readSync(bytes.subarray(done, done + length), at) < length)
        throw new ReadError("vanished", "ENDED", { offsetBytes: at, goodBytes: 0 });
      done += length;
    }
    if (sparse === 0) into.set(bytes.subarray(0, into.length));
    else if (expandLznt1(bytes, into) < into.length) throw broken("LZNT1");
    const valid = runs.validBytes - unit * unitBytes;
    if (valid < into.length) into.fill(0, Math.max(0, valid));
  });
}

/** What a read throws where the clusters of a deleted stream hold something else now, or are not told. */
export function lostError(): ReadError {
  return new ReadError("refused", "REUSED", { offsetBytes: 0, goodBytes: 0 });
}

function lastStart(starts: Float64Array, value: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How Windows 10 compresses files of its own (WOF, "compact OS"), by the number in the reparse point. */
const PACKINGS = [
  { chunkBytes: 4096, expand: expandXpress },
  { chunkBytes: 32_768, expand: expandLzx },
  { chunkBytes: 8192, expand: expandXpress },
  { chunkBytes: 16_384, expand: expandXpress },
];

/**
 * The bytes of a file whose content stands compressed in its stream WofCompressedData.
 *
 * @param packing 0 XPRESS 4K, 1 LZX 32K, 2 XPRESS 8K, 3 XPRESS 16K.
 * @returns null for any other packing.
 * @see Microsoft, FILE_PROVIDER_EXTERNAL_INFO_V1; the chunk table is that of a WIM resource
 */
export function wofSource(packed: ByteSource, sizeBytes: number, packing: number): ByteSource | null {
  const kind = PACKINGS[packing];
  if (kind === undefined) return null;
  const chunks = Math.ceil(sizeBytes / kind.chunkBytes);
  const entryBytes = sizeBytes >= 2 ** 32 ? 8 : 4;
  const table = Math.max(0, chunks - 1) * entryBytes;
  const startOf = (chunk: number): number => {
    if (chunk === 0) return table;
    if (chunk >= chunks) return packed.sizeBytes;
    const entry = new Uint8Array(8);
    packed.readSync(entry.subarray(0, entryBytes), (chunk - 1) * entryBytes);
    return table + (entryBytes === 8 ? u64(entry, 0) : u32(entry, 0));
  };
  return piecewise(sizeBytes, kind.chunkBytes, (chunk, into) => {
    const start = startOf(chunk);
    const length = startOf(chunk + 1) - start;
    if (!(length > 0) || length > into.length || start + length > packed.sizeBytes) throw broken("WOF");
    const bytes = new Uint8Array(length);
    if (packed.readSync(bytes, start) < length) throw broken("WOF");
    if (length === into.length) into.set(bytes);
    else if (!kind.expand(bytes, into)) throw broken("WOF");
  });
}
