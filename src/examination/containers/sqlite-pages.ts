import { big } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { type JoinedPart, joinedSource, needBytes, readBytes } from "./read-bytes.ts";

// SQLite: every leaf page of a table is read by itself, in the order of the file, whether a tree still names it or not: so rows of deleted
// tables and freed pages are found, and a damaged tree loses nothing. Never opened by SQLite itself. @see SQLite 3 file format

const INTERIOR = 5;
const LEAF = 13;
const COLUMNS_MOST = 2000;
const PAGES_MOST = 2 ** 22;
const OVERFLOW_MOST = 2 ** 20;

/** A database's pages. */
export interface SqlitePages {
  pageBytes: number;
  usableBytes: number;
  count: number;
  page(number: number): Uint8Array;
}

/** A value of a row that holds bytes. */
export interface SqliteBlob {
  rowId: number;
  /** From 0. */
  column: number;
  bytes: ByteSource;
}

/** @throws {RangeError} Where the header is none. */
export function openPages(source: ByteSource): SqlitePages {
  const head = needBytes(source, 0, 100);
  const told = big(head, 16, 2);
  const pageBytes = told === 1 ? 65_536 : told;
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0)
    throw new RangeError("Cannot read SQLite: its pages have no known size");
  const usableBytes = Math.max(480, pageBytes - (head[20] ?? 0));
  const count = Math.min(PAGES_MOST, Math.ceil(source.sizeBytes / pageBytes));
  return { pageBytes, usableBytes, count, page: (number) => readBytes(source, (number - 1) * pageBytes, pageBytes) };
}

/** The blobs of at least `leastBytes` on one page, where it is a leaf of a table. */
export function* blobsOf(
  source: ByteSource,
  pages: SqlitePages,
  { number, leastBytes }: { number: number; leastBytes: number },
): Generator<SqliteBlob> {
  const page = pages.page(number);
  const head = number === 1 ? 100 : 0;
  if (page[head] !== LEAF) return;
  const cells = Math.min(big(page, head + 3, 2), Math.floor(pages.pageBytes / 4));
  for (let cell = 0; cell < cells; cell++) {
    const at = big(page, head + 8 + 2 * cell, 2);
    if (at < head + 8 || at >= pages.usableBytes) continue;
    const [payloadBytes, behindLength] = varint(page, at);
    const [rowId, from] = varint(page, behindLength);
    if (payloadBytes < leastBytes || payloadBytes > source.sizeBytes) continue;
    const payload = payloadOf(source, pages, { page, number, from, payloadBytes });
    yield* blobsIn(payload, rowId, leastBytes);
  }
}

function* blobsIn(payload: ByteSource, rowId: number, leastBytes: number): Generator<SqliteBlob> {
  const head = readBytes(payload, 0, Math.min(payload.sizeBytes, COLUMNS_MOST * 5));
  const [headBytes, first] = varint(head, 0);
  let [at, body] = [first, headBytes];
  for (let column = 0; at < headBytes && at < head.length && column < COLUMNS_MOST; column++) {
    const [kind, next] = varint(head, at);
    at = next;
    const lengthBytes = kind >= 12 ? Math.floor((kind - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][kind] ?? 0);
    if (kind >= 12 && kind % 2 === 0 && lengthBytes >= leastBytes && body + lengthBytes <= payload.sizeBytes) {
      yield { rowId, column, bytes: joinedSource([{ source: payload, startByte: body, lengthBytes }]) };
    }
    body += lengthBytes;
  }
}

/** A row's bytes: those on its page, and those on the pages behind it. */
function payloadOf(
  source: ByteSource,
  { usableBytes, pageBytes, count }: SqlitePages,
  { number, from, payloadBytes, page }: { page: Uint8Array; number: number; from: number; payloadBytes: number },
): ByteSource {
  const most = usableBytes - 35;
  const start = (number - 1) * pageBytes + from;
  if (payloadBytes <= most) {
    const lengthBytes = Math.min(payloadBytes, usableBytes - from);
    return joinedSource([{ source, startByte: start, lengthBytes }]);
  }
  const least = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const wanted = least + ((payloadBytes - least) % (usableBytes - 4));
  const own = wanted <= most ? wanted : least;
  const parts: JoinedPart[] = [
    { source, startByte: start, lengthBytes: Math.min(own, Math.max(0, usableBytes - from)) },
  ];
  let next = big(page, from + own, 4);
  for (
    let left = payloadBytes - own, turns = 0;
    left > 0 && next > 1 && next <= count && turns < OVERFLOW_MOST;
    turns++
  ) {
    const lengthBytes = Math.min(left, usableBytes - 4);
    parts.push({ source, startByte: (next - 1) * pageBytes + 4, lengthBytes });
    left -= lengthBytes;
    next = big(readBytes(source, (next - 1) * pageBytes, 4), 0, 4);
  }
  return joinedSource(parts);
}

/** A number of 7 bits a byte, nine at most, and where it ends. */
function varint(bytes: Uint8Array, from: number): [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[from + i] ?? 0;
    value = value * 128 + (byte & 127);
    if (byte < 128) return [value, from + i + 1];
  }
  return [value * 256 + (bytes[from + 8] ?? 0), from + 9];
}

/** Which table a page belongs to, by the trees; pages of none are free, or no tree reaches them. */
export function tablePages(source: ByteSource, pages: SqlitePages): Map<number, string> {
  const names = new Map<number, string>();
  walkTree(pages, 1, (number) => names.set(number, "sqlite_schema"));
  for (const number of [...names.keys()]) {
    for (const { name, root } of schemaRows(source, pages, number)) {
      walkTree(pages, root, (page) => void (names.has(page) || names.set(page, name)));
    }
  }
  return names;
}

function walkTree(pages: SqlitePages, root: number, take: (number: number) => void): void {
  const met = new Set<number>();
  const waiting = [root];
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (number < 1 || number > pages.count || met.has(number)) continue;
    met.add(number);
    take(number);
    const page = pages.page(number);
    const head = number === 1 ? 100 : 0;
    if (page[head] !== INTERIOR) continue;
    const cells = Math.min(big(page, head + 3, 2), pages.pageBytes / 6);
    for (let cell = 0; cell < cells; cell++) waiting.push(big(page, big(page, head + 12 + 2 * cell, 2), 4));
    waiting.push(big(page, head + 8, 4));
  }
}

/** Rows of the schema: type, name, table, root page, text. */
function* schemaRows(
  source: ByteSource,
  pages: SqlitePages,
  number: number,
): Generator<{ name: string; root: number }> {
  const page = pages.page(number);
  const head = number === 1 ? 100 : 0;
  if (page[head] !== LEAF) return;
  const cells = Math.min(big(page, head + 3, 2), Math.floor(pages.pageBytes / 4));
  for (let cell = 0; cell < cells; cell++) {
    const [payloadBytes, behindLength] = varint(page, big(page, head + 8 + 2 * cell, 2));
    const [, from] = varint(page, behindLength);
    if (payloadBytes > source.sizeBytes) continue;
    const payload = readBytes(payloadOf(source, pages, { page, number, from, payloadBytes }), 0, 8192);
    let [at, body] = [varint(payload, 0)[1], varint(payload, 0)[0]];
    const fields: Uint8Array[] = [];
    for (let column = 0; column < 4; column++) {
      const [kind, next] = varint(payload, at);
      at = next;
      const lengthBytes = kind >= 12 ? Math.floor((kind - 12) / 2) : ([0, 1, 2, 3, 4, 6, 8, 8][kind] ?? 0);
      fields.push(kind === 9 ? Uint8Array.of(1) : payload.subarray(body, body + lengthBytes));
      body += lengthBytes;
    }
    const [type, name, , root] = fields;
    if (type === undefined || name === undefined || root === undefined) continue;
    if (String.fromCharCode(...type) === "table")
      yield { name: new TextDecoder().decode(name), root: big(root, 0, root.length) };
  }
}
