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
const KINDS = { plain: 1, inlineZlib: 3, zlib: 4 } as const;
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
  if (u32(head, 0) !== MAGIC) return null;
  const kind = u32(head, 4);
  const sizeBytes = u64(head, 8);
  const rest = head.subarray(16);
  if (!Number.isSafeInteger(sizeBytes)) return null;
  const chunk =
    kind === KINDS.plain
      ? () => rest
      : kind === KINDS.inlineZlib
        ? () => unpack(rest, Math.min(sizeBytes, 16 * CHUNK))
        : kind === KINDS.zlib && resources !== null
          ? (number: number) => chunkOf(resources, number, Math.min(CHUNK, sizeBytes - number * CHUNK))
          : null;
  if (chunk === null || (kind !== KINDS.zlib && sizeBytes > 16 * CHUNK)) return null;
  const read = chunkSource(chunk, sizeBytes, kind === KINDS.zlib ? CHUNK : Math.max(1, sizeBytes));
  return { name: null, sizeBytes, read, extents: sizeBytes > 0 ? [{ startByte: null, lengthBytes: sizeBytes }] : [] };
}

function unpack(packed: Uint8Array, most: number): Uint8Array | null {
  // A byte with all low bits set says that what follows was not worth compressing.
  return ((packed[0] ?? 0) & 15) === 15 ? packed.subarray(1, 1 + most) : inflateZlib(packed, most);
}

/** A piece of 64 KiB: the resource fork's data start with a table of where each stands. */
function chunkOf(resources: ByteSource, number: number, most: number): Uint8Array | null {
  const at = be32(readAll(resources, 0, 4), 0) + 4;
  const row = readAll(resources, at + 4 + number * 8, 8);
  const length = u32(row, 4);
  if (row.length < 8 || length > 2 * CHUNK || number >= u32(readAll(resources, at, 4), 0)) return null;
  return unpack(readAll(resources, at + u32(row, 0), length), most);
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
