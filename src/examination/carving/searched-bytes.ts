import { type ByteSource, ReadError } from "#examination/sources";
import { appendRange, type ByteRange } from "./joined-ranges.ts";

const SECTOR = 512;
/** Beyond so many unreadable stretches they are counted alone. */
const UNREAD_MOST = 10_000;

/** The bytes that are searched: what cannot be read stands there as zeros, and is noted. */
export interface SearchedBytes {
  readonly sizeBytes: number;
  /** Fills a view from an offset on. @returns how much of it lies before the end; the rest is zeros. */
  fill(view: Uint8Array, offsetBytes: number): number;
  /** Fewer bytes than asked for only at the end. */
  bytes(offsetBytes: number, length: number): Uint8Array;
  /** A few bytes, out of a page that is kept: for walks from header to header. */
  few(offsetBytes: number, length: number): Uint8Array;
  readonly unread: ByteRange[];
}

const PAGE_BYTES = 65_536;
const LEAP_BYTES = 4096;

/** A source as it is searched. */
export function searchedBytes(source: ByteSource): SearchedBytes {
  const { sizeBytes } = source;
  const unread: ByteRange[] = [];
  const page = new Uint8Array(PAGE_BYTES);
  let [pageAt, pageLength] = [0, 0];
  const fill = (view: Uint8Array, offsetBytes: number): number => {
    const wanted = Math.max(0, Math.min(view.length, sizeBytes - offsetBytes));
    let done = 0;
    while (done < wanted) {
      const bad = readSome(source, view.subarray(done, wanted), offsetBytes + done);
      done += bad.good;
      if (bad.lengthBytes === 0) continue;
      view.fill(0, done, Math.min(wanted, done + bad.lengthBytes));
      const range = { startByte: offsetBytes + done, lengthBytes: Math.min(bad.lengthBytes, wanted - done) };
      if (unread.length < UNREAD_MOST && !isKnown(unread, range)) appendRange(unread, range);
      done += range.lengthBytes;
    }
    view.fill(0, wanted);
    return wanted;
  };
  const bytes = (offsetBytes: number, length: number): Uint8Array => {
    const view = new Uint8Array(Math.max(0, Math.min(length, sizeBytes - offsetBytes)));
    fill(view, offsetBytes);
    return view;
  };
  const few = (offsetBytes: number, length: number): Uint8Array => {
    if (length > PAGE_BYTES / 2) return bytes(offsetBytes, length);
    if (pageLength === 0 || offsetBytes < pageAt || offsetBytes + length > pageAt + pageLength) {
      // Whoever leaps ahead reads little of each place.
      const isLeap = offsetBytes < pageAt || offsetBytes > pageAt + pageLength + LEAP_BYTES;
      pageAt = Math.floor(offsetBytes / SECTOR) * SECTOR;
      const wanted = isLeap ? Math.max(LEAP_BYTES, SECTOR + length) : PAGE_BYTES;
      pageLength = fill(wanted < PAGE_BYTES ? page.subarray(0, wanted) : page, pageAt);
    }
    return page.slice(offsetBytes - pageAt, Math.min(pageLength, offsetBytes - pageAt + length));
  };
  return { sizeBytes, fill, bytes, few, unread };
}

/** One read: how much is good, and how much behind it is passed over. */
function readSome(source: ByteSource, view: Uint8Array, at: number): { good: number; lengthBytes: number } {
  try {
    const good = source.readSync(view, at);
    // A source that ends before its size is damage of the source.
    return { good, lengthBytes: good > 0 ? 0 : view.length };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    const from = at + error.goodBytes;
    return { good: error.goodBytes, lengthBytes: (Math.floor(from / SECTOR) + 1) * SECTOR - from };
  }
}

function isKnown(ranges: readonly ByteRange[], { startByte, lengthBytes }: ByteRange): boolean {
  return ranges.some((one) => one.startByte <= startByte && one.startByte + one.lengthBytes >= startByte + lengthBytes);
}
