import { inflateAtOnce } from "#base/unpacking/node";
import { adler32 } from "./adler32.ts";
import type { EwfSection } from "./ewf-sections.ts";
import type { ChunkPlace } from "./ewf-tables.ts";
import { fields, readPart } from "./fields.ts";
import type { ImageFile } from "./image.ts";

/** 64 GiB of media at the usual size of a chunk. */
const CHUNKS_LIMIT = 2 * 1024 * 1024;

/**
 * Finds the chunks of a sectors section that has no table (the acquisition or a copy broke off), one after another: each
 * proves itself by its checksum and by coming out as long as a chunk. Ends at the first that does not.
 */
export function scanChunks(file: ImageFile, section: EwfSection, chunkBytes: number): ChunkPlace[] {
  const places: ChunkPlace[] = [];
  for (let at = section.dataByte; at < section.endByte && places.length < CHUNKS_LIMIT; ) {
    const limit = chunkBytes + Math.ceil(chunkBytes / 1024) + 64;
    const bytes = readPart(file.source, at, Math.min(limit, section.endByte - at));
    const packed = packedBytes(bytes, chunkBytes);
    const length = packed ?? storedBytes(bytes, chunkBytes);
    if (length === null) break;
    places.push({ startByte: at, endByte: at + length, packed: packed !== null });
    at += length;
  }
  return places;
}

function packedBytes(bytes: Uint8Array, chunkBytes: number): number | null {
  if (bytes[0] !== 0x78 || (0x7800 + (bytes[1] ?? 0)) % 31 !== 0) return null;
  try {
    const { bytes: plain, used } = inflateAtOnce(bytes, "zlib", { maxOutputLength: chunkBytes });
    return plain.length === chunkBytes ? used : null;
  } catch {
    return null;
  }
}

function storedBytes(bytes: Uint8Array, chunkBytes: number): number | null {
  if (bytes.length < chunkBytes + 4) return null;
  return adler32(bytes.subarray(0, chunkBytes)) === fields(bytes).u32(chunkBytes) ? chunkBytes + 4 : null;
}
