import { little } from "#base/values";
import { type ByteSource, slice, splitPath } from "#examination/sources";
import type { ContainerVisit, InnerContent, InnerEntry } from "./inner-entry.ts";
import { isMediaName } from "./media-name.ts";
import { needBytes, readBytes } from "./read-bytes.ts";
import { isNamedPart } from "./split-archives.ts";

// Zip: what its central directory lists, and what stands between that (unlisted entries, archives that lost their directory).
// @see APPNOTE.TXT 6.3.10 (2022), PKWARE

const END_BYTES = 22;
const END_SEARCH_BYTES = END_BYTES + 65_535;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const WINDOW_BYTES = 2 ** 20;
const MARK = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  descriptor: 0x08074b50,
  locator64: 0x07064b50,
};
const FULL32 = 0xffff_ffff;
/** Ranges of entries that are kept to find what stands between them. */
const RANGES_MOST = 100_000;

interface ZipEntry {
  name: Uint8Array;
  method: number;
  flags: number;
  packedBytes: number;
  plainBytes: number;
  localByte: number;
}

interface Directory {
  atByte: number;
  sizeBytes: number;
  /** What stands before the archive (a program that unpacks itself). */
  shiftBytes: number;
  /** It is the last of several files. */
  isPart: boolean;
}

/** @param others Names of entries that are packed in ways of which only the larger codec knows. */
export function readZip(
  source: ByteSource,
  visit: ContainerVisit,
  others?: (names: ReadonlySet<string>) => void,
): void {
  const directory = findDirectory(source);
  const ranges: [from: number, to: number][] = [];
  const strange = new Set<string>();
  const take = (entry: ZipEntry, bytes: ByteSource): void => {
    const given = toEntry(entry, bytes);
    if (given === null) return;
    if (given.content.how === "closed" && given.content.why === "unsupported" && others !== undefined)
      strange.add(latin(entry.name));
    else visit.entry(given);
  };
  if (directory !== null) {
    // Pictures and films first: where a limit ends the looking, they were looked at.
    for (const media of [true, false]) {
      for (const entry of centralEntries(source, directory)) {
        if (isMediaName(entry.name) !== media) continue;
        const data = dataAt(source, entry, directory.shiftBytes);
        if (data === null) {
          if (!directory.isPart) visit.problem("damaged", pathOf(entry.name));
        } else {
          if (ranges.length < RANGES_MOST) ranges.push([data.localByte, data.fromByte + entry.packedBytes]);
          take(entry, slice(source, data.fromByte, entry.packedBytes));
        }
      }
    }
  }
  if (strange.size > 0) others?.(strange);
  const isPart = directory?.isPart ?? (isNamedPart(visit.name) || isFirstPart(source));
  if (isPart) visit.problem("split");
  if (ranges.length >= RANGES_MOST) return;
  const end = directory === null ? source.sizeBytes : directory.atByte;
  for (const [from, to] of gapsOf(ranges, end)) unlisted(source, { from, to }, take);
  if (directory === null && !isPart) visit.problem("damaged");
}

/** A program that unpacks itself: an archive stands behind it, or there is nothing to be told. */
export function readZipBehind(source: ByteSource, visit: ContainerVisit): void {
  const directory = findDirectory(source);
  if (directory !== null && directory.sizeBytes > 0) readZip(source, visit);
}

/** The first file of an archive in several begins with a mark of its own. */
function isFirstPart(source: ByteSource): boolean {
  const mark = readBytes(source, 0, 4);
  return mark.length === 4 && little(mark, 0, 4) === MARK.descriptor;
}

/** Whether a file ends as an archive, whatever stands in front of it. */
export function endsAsZip(source: ByteSource): boolean {
  try {
    return (findDirectory(source)?.sizeBytes ?? 0) > 0;
  } catch {
    return false;
  }
}

function toEntry({ name, method, flags, plainBytes }: ZipEntry, bytes: ByteSource): InnerEntry | null {
  const path = pathOf(name);
  if (path.length === 0 || (name.at(-1) === 0x2f && plainBytes === 0)) return null;
  return { path, content: contentOf(method, flags, bytes), sizeBytes: plainBytes };
}

function pathOf(name: Uint8Array): Uint8Array[] {
  return splitPath(name);
}

function contentOf(method: number, flags: number, bytes: ByteSource): InnerContent {
  if ((flags & 1) !== 0 || method === 99) return { how: "closed", why: "encrypted" };
  if (method === 0) return { how: "plain", bytes };
  if (method === 8) return { how: "packed", packing: "deflate", bytes };
  if (method === 12) return { how: "packed", packing: "bzip2", bytes };
  if (method === 93 || method === 20) return { how: "packed", packing: "zstd", bytes };
  return method === 95 ? { how: "packed", packing: "xz", bytes } : { how: "closed", why: "unsupported" };
}

/** The directory by the record at the archive's end. */
function findDirectory(source: ByteSource): Directory | null {
  const from = Math.max(0, source.sizeBytes - END_SEARCH_BYTES);
  const tail = readBytes(source, from, END_SEARCH_BYTES);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail[at] !== 0x50 || little(tail, at, 4) !== MARK.end) continue;
    const endByte = from + at;
    const wide = wideDirectory(source, endByte);
    const sizeBytes = wide?.sizeBytes ?? little(tail, at + 12, 4);
    const told = wide?.atByte ?? little(tail, at + 16, 4);
    const atByte = (wide?.endByte ?? endByte) - sizeBytes;
    for (const place of [atByte, told]) {
      if (place < 0 || !Number.isSafeInteger(place)) continue;
      const mark = readBytes(source, place, 4);
      if (sizeBytes > 0 && (mark.length < 4 || little(mark, 0, 4) !== MARK.central)) continue;
      return { atByte: place, sizeBytes, shiftBytes: Math.max(0, place - told), isPart: isLastPart(tail, at) };
    }
  }
  return null;
}

/** Where archives of 64 bits say their part elsewhere, this one says 0xffff. */
function isLastPart(tail: Uint8Array, at: number): boolean {
  const part = little(tail, at + 4, 2);
  return part > 0 && part < 0xffff;
}

function wideDirectory(
  source: ByteSource,
  endByte: number,
): { atByte: number; sizeBytes: number; endByte: number } | null {
  if (endByte < 20) return null;
  const locator = readBytes(source, endByte - 20, 20);
  if (locator.length < 20 || little(locator, 0, 4) !== MARK.locator64) return null;
  const told = little(locator, 8, 8);
  for (const at of [told, endByte - 20 - 56]) {
    const record = readBytes(source, at, 56);
    if (record.length < 56 || little(record, 0, 4) !== MARK.end64) continue;
    return { sizeBytes: little(record, 40, 8), atByte: little(record, 48, 8), endByte: at };
  }
  return null;
}

function* centralEntries(source: ByteSource, { atByte, sizeBytes }: Directory): Generator<ZipEntry> {
  const end = Math.min(source.sizeBytes, atByte + sizeBytes);
  let window = new Uint8Array(0);
  let from = atByte;
  for (let at = atByte; at + CENTRAL_BYTES <= end; ) {
    if (at + CENTRAL_BYTES + 3 * 65_536 > from + window.length && from + window.length < end) {
      window = Uint8Array.from(readBytes(source, at, Math.min(WINDOW_BYTES, end - at)));
      from = at;
    }
    const head = window.subarray(at - from);
    if (head.length < CENTRAL_BYTES || little(head, 0, 4) !== MARK.central) return;
    const [nameBytes, extraBytes, noteBytes] = [little(head, 28, 2), little(head, 30, 2), little(head, 32, 2)];
    const plain = { packed: little(head, 20, 4), plain: little(head, 24, 4), local: little(head, 42, 4) };
    const extra = head.subarray(CENTRAL_BYTES + nameBytes, CENTRAL_BYTES + nameBytes + extraBytes);
    const wide = wideFields(extra, plain);
    const name = head.slice(CENTRAL_BYTES, CENTRAL_BYTES + nameBytes);
    yield {
      ...{ name: unicodeName(extra) ?? name, method: little(head, 10, 2), flags: little(head, 8, 2) },
      ...{ packedBytes: wide.packed, plainBytes: wide.plain, localByte: wide.local },
    };
    at += CENTRAL_BYTES + nameBytes + extraBytes + noteBytes;
  }
}

/** Fields of 64 bits, for those of 32 that are full. */
function wideFields<T extends { packed: number; plain: number; local?: number }>(extra: Uint8Array, fields: T): T {
  const field = extraField(extra, 0x0001);
  if (field === null) return fields;
  let at = 0;
  const wide = (value: number): number => {
    if (value !== FULL32 || at + 8 > field.length) return value;
    at += 8;
    return little(field, at - 8, 8);
  };
  const plain = wide(fields.plain);
  const packed = wide(fields.packed);
  return { ...fields, plain, packed, ...(fields.local === undefined ? {} : { local: wide(fields.local) }) };
}

function extraField(extra: Uint8Array, id: number): Uint8Array | null {
  for (let at = 0; at + 4 <= extra.length; ) {
    const lengthBytes = little(extra, at + 2, 2);
    if (little(extra, at, 2) === id) return extra.subarray(at + 4, at + 4 + lengthBytes);
    at += 4 + lengthBytes;
  }
  return null;
}

/** The name in UTF-8 that some archivers keep beside the one of their own code page. */
function unicodeName(extra: Uint8Array): Uint8Array | null {
  const field = extraField(extra, 0x7075);
  return field === null || field[0] !== 1 || field.length < 6 ? null : field.slice(5);
}

function dataAt(
  source: ByteSource,
  { localByte }: ZipEntry,
  shiftBytes: number,
): { localByte: number; fromByte: number } | null {
  for (const at of shiftBytes === 0 ? [localByte] : [localByte + shiftBytes, localByte]) {
    const head = readBytes(source, at, LOCAL_BYTES);
    if (head.length < LOCAL_BYTES || little(head, 0, 4) !== MARK.local) continue;
    return { localByte: at, fromByte: at + LOCAL_BYTES + little(head, 26, 2) + little(head, 28, 2) };
  }
  return null;
}

function* gapsOf(ranges: [number, number][], end: number): Generator<[number, number]> {
  let at = 0;
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) {
    if (from - at >= LOCAL_BYTES) yield [at, from];
    at = Math.max(at, to);
  }
  if (end - at >= LOCAL_BYTES) yield [at, end];
}

/** Local entries in a stretch that no directory names. */
function unlisted(
  source: ByteSource,
  { from, to }: { from: number; to: number },
  take: (entry: ZipEntry, bytes: ByteSource) => void,
): void {
  for (let at = findMark(source, from, to); at >= 0; ) {
    const head = readBytes(source, at, LOCAL_BYTES);
    if (head.length < LOCAL_BYTES) return;
    const [nameBytes, extraBytes] = [little(head, 26, 2), little(head, 28, 2)];
    const fromByte = at + LOCAL_BYTES + nameBytes + extraBytes;
    const [flags, method] = [little(head, 6, 2), little(head, 8, 2)];
    if (nameBytes === 0 || nameBytes > 4096 || fromByte > to || little(head, 4, 2) % 256 > 90) {
      at = findMark(source, at + 4, to);
      continue;
    }
    const told = wideFields(readBytes(source, at + LOCAL_BYTES + nameBytes, extraBytes), {
      packed: little(head, 18, 4),
      plain: little(head, 22, 4),
    });
    const name = needBytes(source, at + LOCAL_BYTES, nameBytes);
    // Where sizes stand behind the bytes, they reach up to the next mark at most; deflate knows its own end.
    const isOpen = (flags & 8) !== 0 && told.packed === 0;
    const end = isOpen ? nextEnd(source, fromByte, to) : Math.min(to, fromByte + told.packed);
    const entry = { name, method, flags, packedBytes: end - fromByte, plainBytes: told.plain, localByte: at };
    take(entry, slice(source, fromByte, end - fromByte));
    at = findMark(source, end, to);
  }
}

/** Where the bytes of an entry of unknown length end: before its descriptor, else before what follows. */
function nextEnd(source: ByteSource, from: number, to: number): number {
  const next = findMark(source, from, to);
  const end = next < 0 ? to : next;
  const descriptor = readBytes(source, Math.max(from, end - 24), 24);
  for (const lengthBytes of [16, 24]) {
    const at = descriptor.length - lengthBytes;
    if (at >= 0 && little(descriptor, at, 4) === MARK.descriptor) return end - lengthBytes;
  }
  return end;
}

/** The next local entry; -1 where there is none. */
function findMark(source: ByteSource, from: number, to: number): number {
  for (let at = from; at + 4 <= to; ) {
    const window = readBytes(source, at, Math.min(WINDOW_BYTES, to - at));
    if (window.length < 4) return -1;
    for (let i = window.indexOf(0x50); i >= 0 && i + 4 <= window.length; i = window.indexOf(0x50, i + 1))
      if (little(window, i, 4) === MARK.local) return at + i;
    at += window.length - 3;
  }
  return -1;
}

function latin(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
