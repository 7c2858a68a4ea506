import { type LzTarget, unpackLzfse, unpackLzvn } from "#base/unpacking";
import type { ByteSource } from "#examination/sources";
import { ReadError } from "#examination/sources";
import type { FileStream } from "./file-entry.ts";
import { be16, be32, hfsName } from "./hfs-fields.ts";
import type { HfsReading } from "./hfs-reading.ts";
import { leafNodes, leafRecords } from "./hfs-tree.ts";
import { inflateZlib } from "./inflate.ts";
import { u32, u64 } from "./ntfs-fields.ts";

// @see Apple's open source xnu (bsd/sys/decmpfs.h): header and kinds of compressed files

const MAGIC = 0x636d7066;
const INLINE = 0x10;
const CHUNK = 65_536;

/** How a file is packed: by what, what says that a piece is stored, and the table of its fork; null: it is in the head. */
interface Kind {
  unpack(packed: Uint8Array, most: number): Uint8Array | null;
  stored(first: number): boolean;
  table: ((resources: ByteSource, number: number) => Uint8Array | null) | null;
}

const plain = { unpack: (bytes: Uint8Array, most: number) => bytes.subarray(0, most) };
const zlib = { unpack: inflateZlib, stored: (first: number) => (first & 15) === 15 };
const lzvn = { unpack: unpackVn, stored: (first: number) => first === 6 };
const lzfse = { unpack: unpackLzfse, stored: (first: number) => first === 0xff };
const raw = { ...plain, stored: (first: number) => first === 0xcc };
const KINDS: Record<number, Kind> = {
  1: { ...plain, stored: () => false, table: null },
  3: { ...zlib, table: null },
  4: { ...zlib, table: inFork },
  7: { ...lzvn, table: null },
  8: { ...lzvn, table: inOffsets },
  9: { ...raw, table: null },
  10: { ...raw, table: inOffsets },
  11: { ...lzfse, table: null },
  12: { ...lzfse, table: inOffsets },
};
const FILES_LIMIT = 500_000;
const decoder = new TextDecoder();

/** The attribute "com.apple.decmpfs" of each compressed file, up to a limit. */
export function compressedHeads({ attributes, note }: HfsReading): Map<number, Uint8Array> {
  const heads = new Map<number, Uint8Array>();
  for (const bytes of attributes === null ? [] : leafNodes(attributes, note)) {
    for (const { key, value } of leafRecords(bytes)) {
      if (key.length < 12 || be32(value, 0) !== INLINE || heads.size >= FILES_LIMIT) continue;
      if (be16(key, 10) !== 17 || decoder.decode(hfsName(key, 10)) !== "com.apple.decmpfs") continue;
      heads.set(be32(key, 2), value.slice(16, 16 + be32(value, 12)));
    }
  }
  return heads;
}

/** The stream of a compressed file; null where its kind is not known or its head is damaged. */
export function unpackedStream(head: Uint8Array, resources: ByteSource | null): FileStream | null {
  const sizeBytes = u64(head, 8);
  const kind = KINDS[u32(head, 4)];
  if (u32(head, 0) !== MAGIC || kind === undefined || !Number.isSafeInteger(sizeBytes)) return null;
  const rest = head.subarray(16);
  const isInline = kind.table === null;
  if (isInline ? sizeBytes > 16 * CHUNK : resources === null) return null;
  const chunk = (number: number): Uint8Array | null => {
    const most = isInline ? sizeBytes : Math.min(CHUNK, sizeBytes - number * CHUNK);
    const packed = kind.table === null || resources === null ? rest : kind.table(resources, number);
    return packed === null ? null : unpack(packed, kind, most);
  };
  const read = chunkSource(chunk, sizeBytes, isInline ? Math.max(1, sizeBytes) : CHUNK);
  return { name: null, sizeBytes, read, extents: sizeBytes > 0 ? [{ startByte: null, lengthBytes: sizeBytes }] : [] };
}

function unpack(packed: Uint8Array, { unpack: how, stored }: Kind, most: number): Uint8Array | null {
  if (stored(packed[0] ?? 0)) return packed.subarray(1, 1 + most);
  try {
    return how(packed, most);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A piece of 64 KiB in a resource fork proper: its data start with a table of where each stands. */
function inFork(resources: ByteSource, number: number): Uint8Array | null {
  const at = be32(readAll(resources, 0, 4), 0) + 4;
  const row = readAll(resources, at + 4 + number * 8, 8);
  const length = u32(row, 4);
  if (row.length < 8 || length > 2 * CHUNK || number >= u32(readAll(resources, at, 4), 0)) return null;
  return readAll(resources, at + u32(row, 0), length);
}

/** A piece of 64 KiB in a fork that begins with the offsets of all pieces and of their end. */
function inOffsets(resources: ByteSource, number: number): Uint8Array | null {
  const row = readAll(resources, number * 4, 8);
  const [from, to] = [u32(row, 0), u32(row, 4)];
  // The first offset is where the table ends.
  const isInTable = row.length === 8 && number * 4 + 8 <= u32(readAll(resources, 0, 4), 0);
  return isInTable && to > from && to - from <= 2 * CHUNK ? readAll(resources, from, to - from) : null;
}

function unpackVn(packed: Uint8Array, most: number): Uint8Array {
  const target: LzTarget = { out: new Uint8Array(most), to: 0 };
  unpackLzvn(packed, target);
  return target.out.subarray(0, target.to);
}

function readAll(source: ByteSource, at: number, length: number): Uint8Array {
  const view = new Uint8Array(length);
  return view.subarray(0, source.readSync(view, at));
}

function chunkSource(chunk: (number: number) => Uint8Array | null, sizeBytes: number, chunkBytes: number): ByteSource {
  let kept = -1;
  let bytes: Uint8Array | null = null;
  return {
    sizeBytes,
    readSync: (view, offsetBytes) => {
      if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0) {
        throw new RangeError(`Cannot read: the offset must be a whole number from 0, current value is ${offsetBytes}`);
      }
      const wanted = Math.max(0, Math.min(view.length, sizeBytes - offsetBytes));
      for (let done = 0; done < wanted; ) {
        const number = Math.floor((offsetBytes + done) / chunkBytes);
        if (number !== kept) [kept, bytes] = [number, chunk(number)];
        const within = offsetBytes + done - number * chunkBytes;
        const part = bytes?.subarray(within, within + wanted - done) ?? new Uint8Array(0);
        if (part.length === 0) {
          throw new ReadError("input-error", "DAMAGED", { offsetBytes: offsetBytes + done, goodBytes: done });
        }
        view.set(part, done);
        done += part.length;
      }
      return wanted;
    },
  };
}
