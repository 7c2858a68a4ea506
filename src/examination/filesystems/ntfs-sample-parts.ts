import { concatBytes } from "#base/values";
import type { Run } from "./ntfs-runs.ts";

// Pieces of NTFS structures for the small volumes that tests make.

export interface AttributeAbout {
  type: number;
  name?: string;
  id: number;
  flags?: number;
}

/** A structure of so many bytes, little-endian fields set by offset and width. */
export function structure(lengthBytes: number, fields: readonly (readonly [number, number, number])[]): Uint8Array {
  const bytes = new Uint8Array(lengthBytes);
  for (const [at, width, value] of fields) putNumber(bytes, { at, width }, value);
  return bytes;
}

export function putNumber(bytes: Uint8Array, { at, width }: { at: number; width: number }, value: number): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let i = 0; i < width; i++, rest >>= 8n) bytes[at + i] = Number(rest & 255n);
}

export function utf16(text: string): Uint8Array {
  return Uint8Array.from({ length: 2 * text.length }, (_, i) => text.charCodeAt(i >> 1) >> (8 * (i & 1)));
}

/** Bytes filled up with zeros to a multiple. */
export function padded(bytes: Uint8Array, multiple: number): Uint8Array {
  return concatBytes(bytes, new Uint8Array((multiple - (bytes.length % multiple)) % multiple));
}

/** A reference as 8 bytes: too wide for a number that stays exact. */
export function putReference(bytes: Uint8Array, at: number, ref: { record: number; sequence: number }): void {
  putNumber(bytes, { at, width: 6 }, ref.record);
  putNumber(bytes, { at: at + 6, width: 2 }, ref.sequence);
}

export function fileTime(ms: number): number {
  return (ms + 11644473600000) * 10000;
}

export function residentAttribute(about: AttributeAbout, value: Uint8Array): Uint8Array {
  const name = utf16(about.name ?? "");
  const at = (24 + name.length + 7) & ~7;
  const head = structure(at, [
    [0, 4, about.type],
    [4, 4, (at + value.length + 7) & ~7],
    [9, 1, name.length / 2],
    [10, 2, 24],
    [12, 2, about.flags ?? 0],
    [14, 2, about.id],
    [16, 4, value.length],
    [20, 2, at],
  ]);
  head.set(name, 24);
  return padded(concatBytes(head, value), 8);
}

export function clusterAttribute(
  about: AttributeAbout,
  runs: readonly Run[],
  sizes: { low: number; size: number; valid: number; clusterBytes: number },
): Uint8Array {
  const name = utf16(about.name ?? "");
  const compressed = ((about.flags ?? 0) & 1) !== 0;
  const nameAt = compressed ? 72 : 64;
  const runsAt = (nameAt + name.length + 7) & ~7;
  const pairs = mappingPairs(runs);
  const count = runs.reduce((sum, run) => sum + run.count, 0);
  const length = (runsAt + pairs.length + 7) & ~7;
  const bytes = structure(length, [
    [0, 4, about.type],
    [4, 4, length],
    [8, 1, 1],
    [9, 1, name.length / 2],
    [10, 2, nameAt],
    [12, 2, about.flags ?? 0],
    [14, 2, about.id],
    [16, 8, sizes.low],
    [24, 8, sizes.low + count - 1],
    [32, 2, runsAt],
    [34, 2, compressed ? 4 : 0],
    [40, 8, sizes.low === 0 ? count * sizes.clusterBytes : 0],
    [48, 8, sizes.low === 0 ? sizes.size : 0],
    [56, 8, sizes.low === 0 ? sizes.valid : 0],
  ]);
  bytes.set(name, nameAt);
  bytes.set(pairs, runsAt);
  return bytes;
}

function mappingPairs(runs: readonly Run[]): Uint8Array {
  const bytes: number[] = [];
  let last = 0;
  for (const { first, count } of runs) {
    const length = signedBytes(count);
    const step = typeof first === "number" ? signedBytes(first - last) : [];
    if (typeof first === "number") last = first;
    bytes.push((step.length << 4) | length.length, ...length, ...step);
  }
  return Uint8Array.from([...bytes, 0]);
}

function signedBytes(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(((rest % 256) + 256) % 256);
    rest = Math.floor(rest / 256);
  } while (!(rest === 0 && (bytes.at(-1) ?? 0) < 0x80) && !(rest === -1 && (bytes.at(-1) ?? 0) >= 0x80));
  return bytes;
}

/** What $FILE_NAME holds. */
export function fileNameValue(of: {
  parent: { record: number; sequence: number };
  name: string;
  kind?: number;
  directory?: boolean;
  sizeBytes?: number;
  ms: number;
}): Uint8Array {
  const head = structure(66, [
    [8, 8, fileTime(of.ms)],
    [16, 8, fileTime(of.ms)],
    [24, 8, fileTime(of.ms)],
    [32, 8, fileTime(of.ms)],
    [40, 8, of.sizeBytes ?? 0],
    [48, 8, of.sizeBytes ?? 0],
    [56, 4, of.directory ? 0x10000000 : 0x20],
    [64, 1, of.name.length],
    [65, 1, of.kind ?? 1],
  ]);
  putReference(head, 0, of.parent);
  return concatBytes(head, utf16(of.name));
}

/** An index entry that names a file. */
export function indexEntry(ref: { record: number; sequence: number }, fileName: Uint8Array): Uint8Array {
  const length = (16 + fileName.length + 7) & ~7;
  const head = structure(16, [
    [8, 2, length],
    [10, 2, fileName.length],
  ]);
  putReference(head, 0, ref);
  return padded(concatBytes(head, fileName), 8);
}

/** Puts the check into the last two bytes of each sector, as every structure of several sectors has it. */
export function protect(bytes: Uint8Array, at: number): void {
  const sectors = bytes.length / 512;
  putNumber(bytes, { at: 4, width: 2 }, at);
  putNumber(bytes, { at: 6, width: 2 }, sectors + 1);
  putNumber(bytes, { at, width: 2 }, 7);
  for (let i = 1; i <= sectors; i++) {
    const end = i * 512 - 2;
    bytes.copyWithin(at + 2 * i, end, end + 2);
    putNumber(bytes, { at: end, width: 2 }, 7);
  }
}

/** Compresses one unit by LZNT1. @see Microsoft, [MS-XCA] 2.5 */
export function lznt1(unit: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < unit.length; at += 4096) {
    const chunk = unit.subarray(at, at + 4096);
    const packed = lznt1Chunk(chunk);
    const body = packed.length < chunk.length ? packed : chunk;
    const head = 0x3000 | (body === packed ? 0x8000 : 0) | (body.length - 1);
    chunks.push(Uint8Array.of(head & 255, head >> 8), body);
  }
  return concatBytes(...chunks);
}

function lznt1Chunk(chunk: Uint8Array): Uint8Array {
  const out: number[] = [];
  const seen = new Map<number, number>();
  for (let at = 0; at < chunk.length; ) {
    const flagAt = out.push(0) - 1;
    for (let i = 0; i < 8 && at < chunk.length; i++) {
      let bits = 4;
      while (1 << bits < at) bits++;
      const key = (chunk[at] ?? 0) | ((chunk[at + 1] ?? 0) << 8) | ((chunk[at + 2] ?? 0) << 16);
      const from = at + 2 < chunk.length ? seen.get(key) : undefined;
      if (at + 2 < chunk.length) seen.set(key, at);
      let length = 0;
      const most = Math.min(chunk.length - at, (1 << (16 - bits)) + 2);
      while (from !== undefined && length < most && chunk[from + length] === chunk[at + length]) length++;
      if (from === undefined || length < 3) {
        out.push(chunk[at++] ?? 0);
        continue;
      }
      const pair = ((at - from - 1) << (16 - bits)) | (length - 3);
      out[flagAt] = (out[flagAt] ?? 0) | (1 << i);
      out.push(pair & 255, pair >> 8);
      at += length;
    }
  }
  return Uint8Array.from(out);
}

/** A record of the change journal. @see Microsoft, USN_RECORD_V2, USN_RECORD_V3 */
export function journalRecord(
  version: 2 | 3,
  of: { record: number; name: string; reason: number; ms: number },
): Uint8Array {
  const wide = version === 3 ? 8 : 0;
  const nameAt = 60 + 2 * wide;
  const length = (nameAt + 2 * of.name.length + 7) & ~7;
  const bytes = structure(length, [
    [0, 4, length],
    [4, 2, version],
    [32 + 2 * wide, 8, fileTime(of.ms)],
    [40 + 2 * wide, 4, of.reason],
    [56 + 2 * wide, 2, 2 * of.name.length],
    [58 + 2 * wide, 2, nameAt],
  ]);
  putReference(bytes, 8, { record: of.record, sequence: 3 });
  putReference(bytes, 16 + wide, { record: 5, sequence: 5 });
  bytes.set(utf16(of.name), nameAt);
  return bytes;
}

/** Pages of the volume's log that hold a body, 4,032 bytes each. */
export function logPages(body: Uint8Array): Uint8Array {
  const pages: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += 4032) {
    const page = concatBytes(structure(64, [[0, 4, 0x44524352]]), padded(body.subarray(at, at + 4032), 4032));
    protect(page, 40);
    pages.push(page);
  }
  return concatBytes(...pages);
}
