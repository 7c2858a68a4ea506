import { concatBytes, utf8 } from "#base/values";
import { type ByteSource, slice, splitPath } from "#examination/sources";
import type { ContainerVisit } from "./inner-entry.ts";
import { type JoinedPart, joinedSource, readBytes } from "./read-bytes.ts";

// Tar: old, ustar, GNU (long names, sparse), pax. @see POSIX.1-2017 pax §ustar, §pax; GNU tar 1.35 manual, D

const BLOCK = 512;
const LONG_MOST_BYTES = 2 ** 20;
const SPARSE_MOST = 65_536;

interface TarHead {
  name: Uint8Array;
  sizeBytes: number;
  kind: string;
  bytes: Uint8Array;
}

/** What comes before an entry and holds for it. */
interface Ahead {
  name: Uint8Array | null;
  sizeBytes: number | null;
  pax: Map<string, string>;
}

/** Reads a tar archive; damaged headers are passed over to the next one that is sound. */
export function readTar(source: ByteSource, visit: ContainerVisit): void {
  let ahead: Ahead = { name: null, sizeBytes: null, pax: new Map() };
  let isBroken = false;
  for (let at = 0; at + BLOCK <= source.sizeBytes; ) {
    const bytes = readBytes(source, at, BLOCK);
    const head = headOf(bytes);
    if (head === null) {
      if (!isBroken && bytes.some((byte) => byte !== 0)) {
        visit.problem("damaged");
        isBroken = true;
      }
      at += BLOCK;
      visit.budget.spend(BLOCK);
      continue;
    }
    const sizeBytes = ahead.sizeBytes ?? head.sizeBytes;
    const from = at + BLOCK;
    at = from + Math.ceil(sizeBytes / BLOCK) * BLOCK;
    if ("LKxg".includes(head.kind)) {
      ahead = aheadOf(ahead, head.kind, readBytes(source, from, Math.min(sizeBytes, LONG_MOST_BYTES)));
      visit.budget.entry();
      continue;
    }
    try {
      at += takeEntry(source, { head, ahead, sizeBytes, from }, visit);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      visit.problem("damaged", [head.name]);
    }
    ahead = { name: null, sizeBytes: null, pax: new Map() };
  }
}

/** @returns Blocks of a sparse map behind the header, in bytes. */
function takeEntry(
  source: ByteSource,
  { head, ahead, sizeBytes, from }: { head: TarHead; ahead: Ahead; sizeBytes: number; from: number },
  visit: ContainerVisit,
): number {
  const path = splitPath(ahead.name ?? head.name).filter((name) => !isDot(name));
  if (head.kind === "S") {
    const { parts, wholeBytes, mapBytes } = oldSparse(source, head, from);
    if (path.length > 0)
      visit.entry({ path, content: { how: "plain", bytes: filled(source, parts, wholeBytes) }, sizeBytes: wholeBytes });
    return mapBytes;
  }
  if (!"07\0".includes(head.kind) || path.length === 0) return 0;
  const data = slice(source, from, sizeBytes);
  if (data.sizeBytes < sizeBytes) visit.problem("damaged", path);
  const sparse = ahead.pax.has("GNU.sparse.major") || ahead.pax.has("GNU.sparse.map");
  const bytes = sparse ? paxSparse(data, ahead.pax) : data;
  visit.entry({ path, content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes });
  return 0;
}

function isDot(name: Uint8Array): boolean {
  return name.length === 1 && name[0] === 0x2e;
}

function headOf(bytes: Uint8Array): TarHead | null {
  if (bytes.length < BLOCK || !isTarHead(bytes)) return null;
  const isUstar = text(bytes, 257, 5) === "ustar";
  const prefix = isUstar && bytes[263] === 0x30 ? field(bytes, 345, 155) : new Uint8Array(0);
  const name = field(bytes, 0, 100);
  const sizeBytes = number(bytes, 124, 12);
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return null;
  const whole = prefix.length === 0 ? name : concatBytes(prefix, utf8("/"), name);
  return { name: whole, sizeBytes, kind: String.fromCharCode(bytes[156] ?? 0), bytes };
}

/** Whether a block is a header, by its sum. */
export function isTarHead(bytes: Uint8Array): boolean {
  if (bytes.length < BLOCK || bytes[0] === 0) return false;
  const told = number(bytes, 148, 8);
  let sum = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) sum += bytes[i] ?? 0;
  if (sum === told) return true;
  let signed = 8 * 0x20;
  for (let i = 0; i < BLOCK; i++) if (i < 148 || i >= 156) signed += ((bytes[i] ?? 0) << 24) >> 24;
  return signed === told;
}

/** Bytes of the entry behind a header, as it says, with the blocks of a map of holes; null where it says nothing sound. */
export function tarBytes(bytes: Uint8Array): number | null {
  const sizeBytes = number(bytes, 124, 12);
  const mapBytes = bytes[156] === 0x53 && bytes[482] !== 0 ? BLOCK : 0;
  return Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 ? sizeBytes + mapBytes : null;
}

function field(bytes: Uint8Array, at: number, lengthBytes: number): Uint8Array {
  const whole = bytes.subarray(at, at + lengthBytes);
  const end = whole.indexOf(0);
  return whole.slice(0, end < 0 ? lengthBytes : end);
}

function text(bytes: Uint8Array, at: number, lengthBytes: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + lengthBytes));
}

/** Octal digits, or GNU's binary number. */
function number(bytes: Uint8Array, at: number, lengthBytes: number): number {
  if (((bytes[at] ?? 0) & 0x80) !== 0) {
    let value = (bytes[at] ?? 0) & 0x7f;
    for (let i = 1; i < lengthBytes; i++) value = value * 256 + (bytes[at + i] ?? 0);
    return value;
  }
  const digits = text(bytes, at, lengthBytes)
    .replace(/[\0 ]+/g, " ")
    .trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : digits === "" ? 0 : Number.NaN;
}

function aheadOf(ahead: Ahead, kind: string, bytes: Uint8Array): Ahead {
  if (kind === "K" || kind === "g") return ahead;
  if (kind === "L") return { ...ahead, name: field(bytes, 0, bytes.length) };
  const pax = paxRecords(bytes);
  const name = pax.get("GNU.sparse.name") ?? pax.get("path");
  const sizeBytes = Number(pax.get("size"));
  return {
    pax,
    name: name === undefined ? ahead.name : utf8(name),
    sizeBytes: pax.has("size") && Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 ? sizeBytes : null,
  };
}

/** "length key=value\n", one behind the other. */
function paxRecords(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  const pairs: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const lengthBytes = space < 0 ? 0 : Number(text(bytes, at, Math.min(space - at, 12)));
    if (!(lengthBytes > space - at)) break;
    const line = new TextDecoder().decode(bytes.subarray(space + 1, at + lengthBytes - 1));
    const equals = line.indexOf("=");
    const [key, value] = [line.slice(0, equals), line.slice(equals + 1)];
    // Sparse 0.0 repeats its keys: offset and length by turns.
    if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes") pairs.push(value);
    else records.set(key, value);
    at += lengthBytes;
  }
  if (pairs.length > 0) records.set("GNU.sparse.map", pairs.join(","));
  return records;
}

/** Pieces [offset, length] of a sparse file. */
type Pieces = [number, number][];

function filled(source: ByteSource, parts: { pieces: Pieces; from: number }, wholeBytes: number): ByteSource {
  const joined: JoinedPart[] = [];
  let [at, from] = [0, parts.from];
  for (const [offset, lengthBytes] of parts.pieces) {
    if (offset < at || lengthBytes < 0 || offset + lengthBytes > wholeBytes)
      throw new RangeError("Cannot read tar: its map of holes is damaged");
    if (offset > at) joined.push({ source: null, startByte: 0, lengthBytes: offset - at });
    joined.push({ source, startByte: from, lengthBytes });
    [at, from] = [offset + lengthBytes, from + lengthBytes];
  }
  if (at < wholeBytes) joined.push({ source: null, startByte: 0, lengthBytes: wholeBytes - at });
  return joinedSource(joined);
}

function oldSparse(
  source: ByteSource,
  { bytes }: TarHead,
  from: number,
): { parts: { pieces: Pieces; from: number }; wholeBytes: number; mapBytes: number } {
  const pieces: Pieces = [];
  const take = (block: Uint8Array, at: number, count: number): void => {
    for (let i = 0; i < count; i++) {
      const [offset, lengthBytes] = [number(block, at + i * 24, 12), number(block, at + i * 24 + 12, 12)];
      if (lengthBytes > 0) pieces.push([offset, lengthBytes]);
    }
  };
  take(bytes, 386, 4);
  let [mapBytes, more] = [0, bytes[482] !== 0];
  while (more && pieces.length < SPARSE_MOST) {
    const block = readBytes(source, from + mapBytes, BLOCK);
    take(block, 0, 21);
    mapBytes += BLOCK;
    more = (block[504] ?? 0) !== 0;
  }
  return { parts: { pieces, from: from + mapBytes }, wholeBytes: number(bytes, 483, 12), mapBytes };
}

function paxSparse(data: ByteSource, pax: ReadonlyMap<string, string>): ByteSource {
  const wholeBytes = Number(pax.get("GNU.sparse.realsize") ?? pax.get("GNU.sparse.size"));
  const map = pax.get("GNU.sparse.map");
  const numbers = map === undefined ? [] : map.split(",").map(Number);
  let from = 0;
  if (pax.get("GNU.sparse.major") === "1") {
    const head = new TextDecoder().decode(readBytes(data, 0, LONG_MOST_BYTES));
    // Remarks are allowed before the count.
    const lines = head.split("\n", 2 * SPARSE_MOST + 9);
    const remarks = Math.max(
      0,
      lines.findIndex((line) => !line.startsWith("#")),
    );
    const remarkBytes = lines.splice(0, remarks).reduce((sum, line) => sum + line.length + 1, 0);
    const count = Number(lines[0]);
    if (!(count >= 0 && count <= SPARSE_MOST)) throw new RangeError("Cannot read tar: its map of holes is damaged");
    numbers.push(...lines.slice(1, 1 + 2 * count).map(Number));
    const mapBytes = lines.slice(0, 1 + 2 * count).reduce((sum, line) => sum + line.length + 1, remarkBytes);
    from = Math.ceil(mapBytes / BLOCK) * BLOCK;
  }
  const pieces: Pieces = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) pieces.push([numbers[i] ?? 0, numbers[i + 1] ?? 0]);
  if (!Number.isSafeInteger(wholeBytes) || pieces.some((piece) => !piece.every(Number.isSafeInteger)))
    throw new RangeError("Cannot read tar: its map of holes is damaged");
  return filled(data, { pieces: pieces.filter(([, lengthBytes]) => lengthBytes > 0), from }, wholeBytes);
}
