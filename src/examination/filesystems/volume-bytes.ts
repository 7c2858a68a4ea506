import { type ByteSource, ReadError } from "#examination/sources";
import type { ByteRange } from "./file-entry.ts";
import type { NoteProblem } from "./problem.ts";

/** Reads metadata: gives `length` bytes at an offset, fewer at the volume's end or where they cannot be read. */
export type VolumeReader = (offsetBytes: number, length: number) => Uint8Array;

const NONE = new Uint8Array(0);
/** No single read of metadata is longer, whatever the volume says. */
const READ_LIMIT = 64 * 1024 * 1024;

/** A reader for metadata that never throws: damage is noted as a problem, and what is good before it is given. */
export function volumeReader(volume: ByteSource, note: NoteProblem): VolumeReader {
  return (offsetBytes, length) => {
    const wanted = Math.min(length, volume.sizeBytes - offsetBytes, READ_LIMIT);
    if (!(wanted > 0) || !Number.isSafeInteger(offsetBytes) || offsetBytes < 0) return NONE;
    const view = new Uint8Array(wanted);
    try {
      return view.subarray(0, volume.readSync(view, offsetBytes));
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      note("unreadable", offsetBytes + error.goodBytes, { length: wanted - error.goodBytes });
      return view.subarray(0, error.goodBytes);
    }
  };
}

const SECTOR_BYTES = 512;

/**
 * Bytes of a range around what cannot be read: behind a bad place one sector is passed over, and twice as many with each that is bad
 * in a row, so that a dying medium is not asked for each of thousands.
 */
export function* readAround(
  read: VolumeReader,
  { startByte, lengthBytes }: ByteRange,
): Generator<{ atByte: number; bytes: Uint8Array }> {
  const end = startByte + lengthBytes;
  let pass = SECTOR_BYTES;
  for (let at = startByte; at < end; ) {
    const bytes = read(at, end - at);
    if (bytes.length > 0) {
      yield { atByte: at, bytes };
      pass = SECTOR_BYTES;
    }
    at += bytes.length;
    if (at >= end) return;
    at = Math.floor(at / SECTOR_BYTES) * SECTOR_BYTES + pass;
    pass *= 2;
  }
}

/** The same reader over whole pages that keeps the last `pages` of them (least recently used goes first). */
export function pagedReader(read: VolumeReader, pageBytes: number, pages: number): VolumeReader {
  const kept = new Map<number, Uint8Array>();
  let newest = -1;
  let newestBytes: Uint8Array = NONE;
  const page = (number: number): Uint8Array => {
    if (number === newest) return newestBytes;
    let bytes = kept.get(number);
    if (bytes !== undefined) kept.delete(number);
    else bytes = read(number * pageBytes, pageBytes);
    kept.set(number, bytes);
    [newest, newestBytes] = [number, bytes];
    const oldest = kept.size > pages ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    return bytes;
  };
  return (offsetBytes, length) => {
    if (!(length > 0) || !Number.isSafeInteger(offsetBytes) || offsetBytes < 0) return NONE;
    const first = Math.floor(offsetBytes / pageBytes);
    const at = offsetBytes - first * pageBytes;
    const within = at + length <= pageBytes ? page(first).subarray(at, at + length) : NONE;
    // A page that breaks off at a bad place may be good behind it.
    return within.length === length ? within : read(offsetBytes, length);
  };
}
