import { big, utf8 } from "#base/values";
import type { ByteSource } from "#examination/sources";
import type { ContainerVisit } from "./inner-entry.ts";
import { type JoinedPart, joinedSource, needBytes, readBytes } from "./read-bytes.ts";
import { blobsOf, openPages, type SqlitePages, tablePages } from "./sqlite-pages.ts";

/** A smaller value is no picture. */
const LEAST_BYTES = 100;

/** Values of a database that may be files: blobs, by table, row and column; of rows that were deleted with their page, "free". */
export function readSqlite(source: ByteSource, visit: ContainerVisit): void {
  const pages = openPages(source);
  giveBlobs(source, visit, { pages, names: tablePages(source, pages), numbers: upTo(pages.count) });
}

function giveBlobs(
  source: ByteSource,
  visit: ContainerVisit,
  { pages, names, numbers }: { pages: SqlitePages; names: ReadonlyMap<number, string>; numbers: Iterable<number> },
): void {
  for (const number of numbers) {
    visit.budget.spend(0);
    const table = names.get(number) ?? "free";
    for (const { rowId, column, bytes } of blobsOf(source, pages, { number, leastBytes: LEAST_BYTES })) {
      const path = [
        utf8(table),
        utf8(table === "free" ? `page${number}-row${rowId}-column${column}` : `row${rowId}-column${column}`),
      ];
      visit.entry({ path, content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes, search: true });
    }
  }
}

function* upTo(count: number): Generator<number> {
  for (let number = 1; number <= count; number++) yield number;
}

const LOG_HEAD_BYTES = 32;
const FRAME_HEAD_BYTES = 24;
const FRAMES_MOST = 2 ** 20;

/** A write-ahead log: pages as they were written last; those it does not hold stay empty. @see SQLite file format §4.1 */
export function readSqliteLog(source: ByteSource, visit: ContainerVisit): void {
  const told = big(needBytes(source, 0, LOG_HEAD_BYTES), 8, 4);
  const pageBytes = told === 1 ? 65_536 : told;
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0) {
    throw new RangeError("Cannot read a log of SQLite: its pages have no known size");
  }
  const places = new Map<number, number>();
  const frameBytes = FRAME_HEAD_BYTES + pageBytes;
  for (let at = LOG_HEAD_BYTES, frames = 0; at + frameBytes <= source.sizeBytes && frames < FRAMES_MOST; frames++) {
    visit.budget.spend(0);
    places.set(big(readBytes(source, at, 4), 0, 4), at + FRAME_HEAD_BYTES);
    at += frameBytes;
  }
  const parts: JoinedPart[] = [];
  let count = 0;
  for (const [number, startByte] of [...places].sort(([a], [b]) => a - b)) {
    if (number === 0) continue;
    const gap = number - 1 - count;
    if (gap > 0) parts.push({ source: null, startByte: 0, lengthBytes: gap * pageBytes });
    parts.push({ source, startByte, lengthBytes: pageBytes });
    count = number;
  }
  const database = joinedSource(parts);
  const page = (number: number): Uint8Array => readBytes(database, (number - 1) * pageBytes, pageBytes);
  const known = { pageBytes, usableBytes: pageBytes, count, page };
  giveBlobs(database, visit, { pages: known, names: new Map(), numbers: places.keys() });
}
