import type { ByteSource } from "#examination/sources";
import { extentSource } from "./extent-source.ts";
import type { EntryKind, Extent, FileStream, FileTimes } from "./file-entry.ts";
import { u16, u32, u64 } from "./ntfs-fields.ts";
import type { NoteProblem } from "./problem.ts";
import { longPlace, tagOf, UDF_TAG, type UdfLayout, type UdfPlace, udfTimeMs } from "./udf-descriptor.ts";
import type { VolumeReader } from "./volume-bytes.ts";

const EXTENTS_LIMIT = 1_000_000;
const CONTINUED_LIMIT = 100_000;
/** In a table of virtual blocks: none. */
const UNUSED = 0xffffffff;

export interface UdfReading {
  volume: ByteSource;
  layout: UdfLayout;
  read: VolumeReader;
  note: NoteProblem;
  /** Of a metadata partition: the pieces of its file, by the partition's number. */
  metadata: Map<number, Extent[]>;
  /** Of a virtual partition: where each of its blocks stands now, by the partition's number. */
  virtual: Map<number, Uint32Array>;
  /** What this reading may still cost: files that share one place would make it endless. */
  budget: { directoryBytes: number; continued: number };
}

/** A file entry: what it is and where its bytes are. */
export interface UdfFile {
  kind: EntryKind;
  times: FileTimes;
  stream: FileStream;
  /** Where the entry itself stands. */
  atByte: number;
}

/** The byte a block of a partition stands at; null where the partition is not known or ends before it. */
export function udfByte({ layout, metadata, virtual }: UdfReading, partition: number, block: number): number | null {
  const map = layout.maps[partition];
  if (map === undefined || map.kind === "unknown") return null;
  if (map.kind === "virtual") {
    const moved = virtual.get(partition)?.[block];
    return moved === undefined || moved === UNUSED ? null : map.startByte + moved * layout.blockBytes;
  }
  let at = block * layout.blockBytes;
  if (map.kind === "plain") return at < map.lengthBytes ? map.startByte + at : null;
  for (const { startByte, lengthBytes } of metadata.get(partition) ?? []) {
    if (at < lengthBytes) return startByte === null ? null : startByte + at;
    at -= lengthBytes;
  }
  return null;
}

/** The file of a place; null where no file entry stands there. */
export function udfFile(reading: UdfReading, place: UdfPlace): UdfFile | null {
  const atByte = udfByte(reading, place.partition, place.block);
  const bytes = atByte === null ? new Uint8Array(0) : reading.read(atByte, reading.layout.blockBytes);
  return atByte === null ? null : udfFileOf(reading, bytes, { atByte, partition: place.partition });
}

/** The file of an entry's bytes. */
export function udfFileOf(
  reading: UdfReading,
  bytes: Uint8Array,
  { atByte, partition }: { atByte: number; partition: number },
): UdfFile | null {
  const tag = tagOf(bytes);
  if (tag !== UDF_TAG.file && tag !== UDF_TAG.extendedFile) return null;
  const extended = tag === UDF_TAG.extendedFile;
  const first = extended ? 216 : 176;
  const start = first + u32(bytes, first - 8);
  const length = u32(bytes, first - 4);
  const sizeBytes = u64(bytes, 56);
  if (start + length > bytes.length || !Number.isSafeInteger(sizeBytes)) return null;
  const way = u16(bytes, 34) & 7;
  const own: FileStream =
    way === 3
      ? inlineStream(reading, { startByte: atByte + start, lengthBytes: Math.min(length, sizeBytes) })
      : pieceStream(reading, bytes.subarray(start, start + length), { way, partition, sizeBytes });
  return { kind: kindOf(bytes[27] ?? 0), times: timesOf(bytes, extended), stream: own, atByte };
}

function kindOf(type: number): EntryKind {
  return type === 4 ? "directory" : type === 5 || type === 0 ? "file" : type === 12 ? "link" : "other";
}

function timesOf(bytes: Uint8Array, extended: boolean): FileTimes {
  const times: FileTimes = {};
  const places = extended
    ? ([
        ["accessedMs", 80],
        ["modifiedMs", 92],
        ["createdMs", 104],
        ["changedMs", 116],
      ] as const)
    : ([
        ["accessedMs", 72],
        ["modifiedMs", 84],
        ["changedMs", 96],
      ] as const);
  for (const [name, at] of places) {
    const ms = udfTimeMs(bytes, at);
    if (ms !== undefined) times[name] = ms;
  }
  return times;
}

function inlineStream({ volume }: UdfReading, extent: { startByte: number; lengthBytes: number }): FileStream {
  const sizeBytes = extent.lengthBytes;
  const extents = sizeBytes > 0 ? [extent] : [];
  return { name: null, sizeBytes, read: extentSource(volume, extents, { sizeBytes }), extents };
}

/** Follows allocation descriptors, over their continuations: each is read once. */
function pieceStream(
  reading: UdfReading,
  first: Uint8Array,
  { way, partition, sizeBytes }: { way: number; partition: number; sizeBytes: number },
): FileStream {
  const { layout, note, volume } = reading;
  const width = way === 1 ? 16 : 8;
  const extents: Extent[] = [];
  const seen = new Set<number>();
  let at = 0;
  let area: Uint8Array | null = first;
  while (area !== null && way < 2) {
    let next: number | null = null;
    for (let i = 0; i + width <= area.length && extents.length < EXTENTS_LIMIT; i += width) {
      const kind = u32(area, i) >>> 30;
      const place =
        way === 1 ? longPlace(area, i) : { lengthBytes: u32(area, i) % 2 ** 30, block: u32(area, i + 4), partition };
      if (place.lengthBytes === 0) break;
      const startByte = udfByte(reading, place.partition, place.block);
      if (kind === 3) {
        next = startByte;
        break;
      }
      const lengthBytes = Math.min(place.lengthBytes, sizeBytes - at);
      if (lengthBytes <= 0) break;
      if (kind !== 0) extents.push({ startByte: null, lengthBytes });
      else extents.push(startByte === null ? { startByte, lengthBytes, lost: true } : { startByte, lengthBytes });
      at += lengthBytes;
    }
    const bytes =
      next === null || seen.has(next) || seen.size >= CONTINUED_LIMIT ? null : reading.read(next, layout.blockBytes);
    if (next !== null) seen.add(next);
    area = bytes !== null && tagOf(bytes) === UDF_TAG.allocation ? bytes.subarray(24, 24 + u32(bytes, 20)) : null;
  }
  if (at < sizeBytes) {
    note("chain-short", null, { size: sizeBytes, have: at });
    extents.push({ startByte: null, lengthBytes: sizeBytes - at, lost: true });
  }
  const spare = (layout.blockBytes - (at % layout.blockBytes)) % layout.blockBytes;
  const last = extents.at(-1);
  const stream: FileStream = { name: null, sizeBytes, read: extentSource(volume, extents, { sizeBytes }), extents };
  if (spare === 0 || last === undefined || last.startByte === null) return stream;
  return { ...stream, slack: [{ startByte: last.startByte + last.lengthBytes, lengthBytes: spare }] };
}
