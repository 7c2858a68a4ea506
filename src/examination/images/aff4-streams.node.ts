import { inflateAtOnce } from "#base/unpacking/node";
import type { ByteSource } from "#examination/sources";
import { budgetCache } from "./budget-cache.ts";
import { type Fields, readFields, readPart } from "./fields.ts";
import { unpackLz4 } from "./lz4.ts";
import { mappedMedia, type Stretch, type Unread } from "./mapped-media.ts";
import { unpackSnappy } from "./snappy.ts";

const CHUNKS_BUDGET_BYTES = 32 * 1024 * 1024;
const INDEX_BUDGET_BYTES = 16 * 1024 * 1024;
const INDEX_LIMIT_BYTES = 64 * 1024 * 1024;
const MAP_LIMIT_BYTES = 64 * 1024 * 1024;
const BROKEN: Unread = { is: "unread", why: "input-error", code: "CHECKSUM" };
const MISSING: Unread = { is: "unread", why: "vanished", code: "MISSING" };

/** An image stream: chunks in segments ("bevies"). */
export interface ImageStream {
  sizeBytes: number;
  chunkBytes: number;
  chunksInBevy: number;
  compression: string;
  /** A member of the volume below the stream's own name; null where there is none. */
  member(name: string): ByteSource | null;
}

/** A bevy that is open: its bytes, and where each chunk begins and how long it is. */
interface Bevy {
  body: ByteSource;
  places: { at: number; length: number }[] | Fields;
}

/**
 * The bytes of an image stream.
 *
 * @see AFF4 Standard 1.0a, "Image stream": index entries of offset (64 bits) and length (32 bits); a chunk as long as the
 *   chunk size is stored
 */
export function imageStream(stream: ImageStream): ByteSource {
  const { sizeBytes, chunkBytes, chunksInBevy } = stream;
  const bevies = budgetCache<Bevy | null>(INDEX_BUDGET_BYTES);
  const plain = budgetCache<Uint8Array | Unread>(CHUNKS_BUDGET_BYTES);
  const bevyOf = (number: number): Bevy | null => {
    const known = bevies.get(number);
    if (known !== undefined) return known;
    const opened = openBevy(stream, number);
    bevies.set(number, opened, (opened === null ? 0 : lengthOf(opened.places)) + 256);
    return opened;
  };
  const load = (chunk: number): Uint8Array | Unread => {
    const known = plain.get(chunk);
    if (known !== undefined) return known;
    const bevy = bevyOf(Math.floor(chunk / chunksInBevy));
    const wanted = Math.min(chunkBytes, sizeBytes - chunk * chunkBytes);
    const got = bevy === null ? MISSING : readChunk(stream, bevy, { index: chunk % chunksInBevy, wanted });
    plain.set(chunk, got, got instanceof Uint8Array ? got.length : 64);
    return got;
  };
  return mappedMedia(sizeBytes, (offsetBytes) => {
    const chunk = Math.floor(offsetBytes / chunkBytes);
    const skip = offsetBytes - chunk * chunkBytes;
    return { endByte: (chunk + 1) * chunkBytes, stretch: { is: "block", load: () => load(chunk), skip } };
  });
}

function lengthOf(places: Bevy["places"]): number {
  return Array.isArray(places) ? places.length * 32 : places.bytes.length;
}

function openBevy({ member, chunksInBevy, chunkBytes, sizeBytes }: ImageStream, number: number): Bevy | null {
  const name = String(number).padStart(8, "0");
  const body = member(name);
  const index = member(`${name}.index`) ?? member(`${name}/index`);
  if (body === null || index === null || index.sizeBytes > INDEX_LIMIT_BYTES) return null;
  const record = readFields(index, 0, index.sizeBytes);
  const chunks = Math.min(chunksInBevy, Math.ceil(sizeBytes / chunkBytes) - number * chunksInBevy);
  if (record.bytes.length >= chunks * 12) return { body, places: record };
  // Before the standard: where each chunk begins, 32 bits; the last one ends with the bevy.
  const starts = Array.from({ length: Math.floor(record.bytes.length / 4) }, (_, i) => record.u32(i * 4));
  return { body, places: starts.map((at, i) => ({ at, length: (starts[i + 1] ?? body.sizeBytes) - at })) };
}

function readChunk(
  { chunkBytes, compression }: ImageStream,
  { body, places }: Bevy,
  { index, wanted }: { index: number; wanted: number },
): Uint8Array | Unread {
  const place = Array.isArray(places)
    ? places[index]
    : { at: places.u64(index * 12), length: places.u32(index * 12 + 8) };
  if (place === undefined || place.length <= 0 || place.length > chunkBytes * 2 + 1024) return BROKEN;
  const bytes = readPart(body, place.at, place.length);
  if (place.length === chunkBytes || compression === "stored") return bytes.length < wanted ? MISSING : bytes;
  try {
    const out = unpackChunk(bytes, compression, chunkBytes);
    return out.length < wanted ? BROKEN : out;
  } catch {
    return BROKEN;
  }
}

function unpackChunk(bytes: Uint8Array, compression: string, maxOutputLength: number): Uint8Array {
  if (compression === "snappy") return unpackSnappy(bytes, maxOutputLength);
  if (compression === "lz4") return unpackLz4(bytes, maxOutputLength);
  return inflateAtOnce(bytes, compression === "zlib" ? "zlib" : "raw", { maxOutputLength }).bytes;
}

/** Something a map points to. */
export type MapTarget =
  | { is: "source"; source: ByteSource }
  | { is: "pattern"; pattern: Uint8Array }
  | { is: "missing" };

/** A map's pieces, sorted: where in the media, how long, where in which target. */
export interface StreamMap {
  starts: Float64Array;
  lengths: Float64Array;
  offsets: Float64Array;
  targets: Uint32Array;
}

/** Reads a map; null where it is too long or its pieces overlap. @see AFF4 Standard 1.0a, "Map" */
export function readMap(member: ByteSource): StreamMap | null {
  if (member.sizeBytes > MAP_LIMIT_BYTES) return null;
  const record = readFields(member, 0, member.sizeBytes);
  const count = Math.floor(record.bytes.length / 28);
  const order = Array.from({ length: count }, (_, i) => i).sort((a, b) => record.u64(a * 28) - record.u64(b * 28));
  const map: StreamMap = {
    starts: Float64Array.from(order, (i) => record.u64(i * 28)),
    lengths: Float64Array.from(order, (i) => record.u64(i * 28 + 8)),
    offsets: Float64Array.from(order, (i) => record.u64(i * 28 + 16)),
    targets: Uint32Array.from(order, (i) => record.u32(i * 28 + 24)),
  };
  for (let i = 0; i < count; i++) {
    const end = (map.starts[i] ?? 0) + (map.lengths[i] ?? 0);
    if (!Number.isSafeInteger(end) || !Number.isSafeInteger(map.offsets[i]) || end > (map.starts[i + 1] ?? Infinity))
      return null;
  }
  return map;
}

/** The bytes a map puts together; between its pieces stands the gap's target. */
export function mappedStream(
  map: StreamMap,
  { sizeBytes, targets, gap }: { sizeBytes: number; targets: MapTarget[]; gap: MapTarget },
): ByteSource {
  return mappedMedia(sizeBytes, (offsetBytes) => {
    let [low, high] = [0, map.starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((map.starts[middle] ?? 0) <= offsetBytes) low = middle + 1;
      else high = middle;
    }
    const start = map.starts[low - 1] ?? 0;
    const end = start + (map.lengths[low - 1] ?? 0);
    if (low === 0 || offsetBytes >= end) {
      const next = Math.min(sizeBytes, map.starts[low] ?? sizeBytes);
      return targetStretch(gap, { at: offsetBytes, endByte: next, offsetBytes });
    }
    const at = (map.offsets[low - 1] ?? 0) + offsetBytes - start;
    const target = targets[map.targets[low - 1] ?? 0] ?? { is: "missing" };
    return targetStretch(target, { at, endByte: Math.min(end, sizeBytes), offsetBytes });
  });
}

/** @param at Offset in the target. */
function targetStretch(
  target: MapTarget,
  { at, endByte, offsetBytes }: { at: number; endByte: number; offsetBytes: number },
): { endByte: number; stretch: Stretch } {
  if (target.is === "missing") return { endByte, stretch: MISSING };
  if (target.is === "source") return { endByte, stretch: { is: "stored", source: target.source, offsetBytes: at } };
  const { pattern } = target;
  if (pattern.length === 1 && pattern[0] === 0) return { endByte, stretch: { is: "zero" } };
  // A repeated pattern, a piece at a time.
  const length = Math.min(endByte - offsetBytes, 65_536);
  const load = (): Uint8Array => Uint8Array.from({ length }, (_, i) => pattern[(at + i) % pattern.length] ?? 0);
  return { endByte: offsetBytes + length, stretch: { is: "block", load, skip: 0 } };
}
