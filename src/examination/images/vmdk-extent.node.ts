import { inflateAtOnce } from "#base/unpacking/node";
import type { ByteSource } from "#examination/sources";
import { budgetCache } from "./budget-cache.ts";
import { type Fields, readFields, readPart } from "./fields.ts";
import type { StretchAt, Unread } from "./mapped-media.ts";
import { BAD_TABLE, parentStretch } from "./parents.ts";
import { tableWords } from "./table-words.ts";

const SECTOR = 512;
const GRAINS_BUDGET_BYTES = 16 * 1024 * 1024;
const GRAIN_LIMIT_BYTES = 16 * 1024 * 1024;
const AT_END = Number.POSITIVE_INFINITY;

/** A sparse extent's shape, in bytes. */
export interface SparseExtent {
  source: ByteSource;
  sizeBytes: number;
  grainBytes: number;
  perTable: number;
  directoryAt: number;
  packed: boolean;
  /** Whether an entry of 1 means a grain of zeros. */
  zeroEntries: boolean;
  /** The descriptor inside the file, "" where there is none. */
  descriptor: string;
}

/**
 * Reads the header of a sparse extent (KDMV, also stream-optimized, or COWD of ESX).
 *
 * @returns Null where the file begins with neither; "damaged" where its header contradicts itself.
 * @see VMware, Virtual Disk Format 5.0, "Hosted Sparse Extent Header"
 */
export function readSparseExtent(source: ByteSource): SparseExtent | "damaged" | null {
  const head = readFields(source, 0, SECTOR);
  if (head.text(0, 4) === "COWD") return checked(cowd(source, head));
  if (head.text(0, 4) !== "KDMV") return null;
  // A stream-optimized extent's header does not know where its directory is: the footer, before the end marker, does.
  const atEnd = head.u64(56) === AT_END;
  const record = atEnd ? readFields(source, source.sizeBytes - 2 * SECTOR, SECTOR) : head;
  if (record.text(0, 4) !== "KDMV" || record.u64(56) === AT_END) return "damaged";
  const flags = record.u32(8);
  const descriptorBytes = Math.min(head.u64(36) * SECTOR, 1024 * 1024);
  const text = head.u64(28) === 0 ? new Uint8Array(0) : readPart(source, head.u64(28) * SECTOR, descriptorBytes);
  return checked({
    source,
    sizeBytes: record.u64(12) * SECTOR,
    grainBytes: record.u64(20) * SECTOR,
    perTable: record.u32(44),
    directoryAt: record.u64(56) * SECTOR,
    packed: (flags & 0x10000) !== 0,
    zeroEntries: (flags & 4) !== 0,
    descriptor: new TextDecoder().decode(text).replace(/\0.*$/s, ""),
  });
}

function cowd(source: ByteSource, head: Fields): SparseExtent {
  return {
    source,
    sizeBytes: head.u32(12) * SECTOR,
    grainBytes: head.u32(16) * SECTOR,
    perTable: 4096,
    directoryAt: head.u32(20) * SECTOR,
    packed: false,
    zeroEntries: false,
    descriptor: "",
  };
}

function checked(extent: SparseExtent): SparseExtent | "damaged" {
  const { sizeBytes, grainBytes, perTable, directoryAt, source } = extent;
  if (!Number.isSafeInteger(sizeBytes) || perTable < 1 || perTable > 1024 * 1024) return "damaged";
  if (!(grainBytes >= SECTOR && grainBytes <= GRAIN_LIMIT_BYTES)) return "damaged";
  const directoryBytes = Math.ceil(sizeBytes / grainBytes / perTable) * 4;
  return directoryAt > 0 && directoryAt + directoryBytes <= source.sizeBytes ? extent : "damaged";
}

/** The stretches of a sparse extent; grains that are not there are the parent's, from `parentAt` on. */
export function grainReader(extent: SparseExtent, parent: ByteSource | null): StretchAt {
  const { source, grainBytes, perTable, directoryAt, packed, zeroEntries, sizeBytes } = extent;
  const words = tableWords(source, true);
  const plain = budgetCache<Uint8Array | Unread>(GRAINS_BUDGET_BYTES);
  return (offsetBytes) => {
    const grain = Math.floor(offsetBytes / grainBytes);
    const endByte = Math.min(sizeBytes, (grain + 1) * grainBytes);
    const skip = offsetBytes - grain * grainBytes;
    const table = words.u32(directoryAt + Math.floor(grain / perTable) * 4);
    const entry = table === 0 ? 0 : table === null ? null : words.u32(table * SECTOR + (grain % perTable) * 4);
    if (entry === null) return { endByte, stretch: BAD_TABLE };
    if (entry === 0) return parentStretch(parent, offsetBytes, endByte);
    if (entry === 1 && zeroEntries) return { endByte, stretch: { is: "zero" } };
    if (!packed) return { endByte, stretch: { is: "stored", source, offsetBytes: entry * SECTOR + skip } };
    const load = (): Uint8Array | Unread => {
      const known = plain.get(grain);
      if (known !== undefined) return known;
      const got = unpack(source, entry * SECTOR, { grainBytes, wantedBytes: endByte - grain * grainBytes });
      plain.set(grain, got, grainBytes);
      return got;
    };
    return { endByte, stretch: { is: "block", load, skip } };
  };
}

/** A compressed grain behind its marker (first sector u64, length u32). */
function unpack(
  source: ByteSource,
  at: number,
  { grainBytes, wantedBytes }: { grainBytes: number; wantedBytes: number },
): Uint8Array | Unread {
  const length = readFields(source, at, 12).u32(8);
  try {
    const bytes = readPart(source, at + 12, Math.min(length, grainBytes * 2 + 1024));
    const out = inflateAtOnce(bytes, "zlib", { maxOutputLength: grainBytes, chunkSize: grainBytes + 64 }).bytes;
    if (out.length >= wantedBytes) return out;
  } catch {
    // Told as unread, like a grain that comes out short.
  }
  return { is: "unread", why: "input-error", code: "CHECKSUM" };
}
