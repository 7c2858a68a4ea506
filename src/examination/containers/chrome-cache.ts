import { holds, little, utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import { byteWindow } from "./byte-window.ts";
import type { ContainerVisit } from "./inner-entry.ts";
import { type JoinedPart, joinedSource, readBytes } from "./read-bytes.ts";

// An entry of Chrome's simple cache: a header, the address, what came from it, a record that ends it; then the answer's header, and a
// record that ends that. What was fetched in ranges (films) stands in a file of ranges. @see Chromium 147, simple_entry_format.h

const HEAD_BYTES = 24;
const END_BYTES = 24;
const KEY_DIGEST_BYTES = 32;
const KEY_MOST_BYTES = 65_536;
const RANGES_MOST = 100_000;
const RANGE_HEAD_BYTES = 32;
const [END, RANGE] = ["\xd8\x41\x0d\x97\x45\x6f\xfa\xf4", "\x6b\x67\x53\x65\x01\xbf\x97\xeb"];

export function readChromeCache(source: ByteSource, visit: ContainerVisit): void {
  // The index of a cache begins alike, and is nothing else.
  if (source.sizeBytes <= HEAD_BYTES) return;
  const keyBytes = little(readBytes(source, 0, HEAD_BYTES), 12, 4);
  if (keyBytes > KEY_MOST_BYTES) throw new RangeError("Cannot read a cache entry: its address has no sound length");
  const from = HEAD_BYTES + keyBytes;
  if (holds(readBytes(source, from, 8), 0, RANGE)) {
    give(visit, rangesOf(source, from, visit));
    return;
  }
  const end = bodyEnd(source, from) ?? firstEnd(source, from, visit);
  if (end === null) throw new RangeError("Cannot read a cache entry: it does not end");
  if (end > from) give(visit, slice(source, from, end - from));
}

function give(visit: ContainerVisit, bytes: ByteSource): void {
  visit.entry({ path: [utf8("body")], content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes, search: true });
}

/** Counted back from the file's end: the last record says how long the answer's header is; the address's digest may stand between. */
function bodyEnd(source: ByteSource, from: number): number | null {
  const last = readBytes(source, source.sizeBytes - END_BYTES, END_BYTES);
  if (!holds(last, 0, END)) return null;
  const digestBytes = (little(last, 8, 4) & 2) === 0 ? 0 : KEY_DIGEST_BYTES;
  const at = source.sizeBytes - 2 * END_BYTES - digestBytes - little(last, 16, 4);
  return at >= from && holds(readBytes(source, at, 8), 0, END) ? at : null;
}

/** Where the file was cut: its first record. */
function firstEnd(source: ByteSource, from: number, visit: ContainerVisit): number | null {
  const bytes = byteWindow(source, () => visit.budget.spend(0));
  for (let at = bytes.indexOf(0xd8, from); at >= 0; at = bytes.indexOf(0xd8, at + 1))
    if (bytes.isAt(at, END)) return at;
  return null;
}

/** Ranges in their order, with holes between them. */
function rangesOf(source: ByteSource, from: number, visit: ContainerVisit): ByteSource {
  const ranges: { offset: number; part: JoinedPart }[] = [];
  for (let at = from; at + RANGE_HEAD_BYTES <= source.sizeBytes && ranges.length < RANGES_MOST; ) {
    const head = readBytes(source, at, RANGE_HEAD_BYTES);
    const [offset, told] = [little(head, 8, 8), little(head, 16, 8)];
    const startByte = at + RANGE_HEAD_BYTES;
    if (!holds(head, 0, RANGE) || offset + told > visit.budget.limits.bytes) break;
    const lengthBytes = Math.min(told, source.sizeBytes - startByte);
    if (lengthBytes > 0) ranges.push({ offset, part: { source, startByte, lengthBytes } });
    at = startByte + told;
  }
  const parts: JoinedPart[] = [];
  let reached = 0;
  for (const { offset, part } of ranges.sort((a, b) => a.offset - b.offset)) {
    if (offset < reached) continue;
    if (offset > reached) parts.push({ source: null, startByte: 0, lengthBytes: offset - reached });
    parts.push(part);
    reached = offset + part.lengthBytes;
  }
  return joinedSource(parts);
}
