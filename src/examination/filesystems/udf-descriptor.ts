import { u16, u32 } from "./ntfs-fields.ts";
import { utf8OfUtf16 } from "./utf16-name.ts";
import type { VolumeReader } from "./volume-bytes.ts";

// @see ECMA-167 (3rd ed., 1997) parts 3 and 4; OSTA UDF 2.60 (2005) §2

export const UDF_TAG = {
  primary: 1,
  anchor: 2,
  partition: 5,
  logical: 6,
  end: 8,
  fileSet: 256,
  name: 257,
  allocation: 258,
  file: 261,
  extendedFile: 266,
} as const;

const SECTORS = [2048, 512, 4096, 1024] as const;
const SEQUENCE_LIMIT = 64;

/** A place in a partition. */
export interface UdfPlace {
  lengthBytes: number;
  block: number;
  partition: number;
}

/** How a reference to a partition becomes a place on the medium. */
interface UdfMap {
  kind: "plain" | "metadata" | "virtual" | "unknown";
  /** First byte of the partition, and its length. */
  startByte: number;
  lengthBytes: number;
  /** Of a metadata partition: the block of the file that holds it. */
  fileBlock: number;
}

export interface UdfLayout {
  label: string | null;
  blockBytes: number;
  maps: UdfMap[];
  fileSet: UdfPlace;
  endByte: number;
}

/** The number of a descriptor's tag; -1 where the tag's own sum is wrong. */
export function tagOf(bytes: Uint8Array): number {
  if (bytes.length < 16) return -1;
  let sum = 0;
  for (let i = 0; i < 16; i++) if (i !== 4) sum += bytes[i] ?? 0;
  return (sum & 0xff) === bytes[4] ? u16(bytes, 0) : -1;
}

/** The layout of a UDF volume by any of its anchors; null where it is none. */
export function readUdfLayout(read: VolumeReader, sizeBytes: number): UdfLayout | null {
  for (const sectorBytes of SECTORS) {
    const sectors = Math.floor(sizeBytes / sectorBytes);
    for (const sector of [256, sectors - 1, sectors - 257, 512]) {
      const anchor = sector > 0 ? read(sector * sectorBytes, 512) : new Uint8Array(0);
      if (tagOf(anchor) !== UDF_TAG.anchor || u32(anchor, 12) !== sector) continue;
      for (const at of [16, 24]) {
        const layout = layoutOf(read, {
          startByte: u32(anchor, at + 4) * sectorBytes,
          lengthBytes: u32(anchor, at),
          sectorBytes,
        });
        if (layout !== null) return layout;
      }
    }
  }
  return null;
}

function layoutOf(
  read: VolumeReader,
  { startByte, lengthBytes, sectorBytes }: { startByte: number; lengthBytes: number; sectorBytes: number },
): UdfLayout | null {
  const partitions = new Map<number, { startByte: number; lengthBytes: number }>();
  let logical: Uint8Array | null = null;
  const count = Math.min(SEQUENCE_LIMIT, Math.floor(lengthBytes / sectorBytes));
  for (let i = 0; i < count; i++) {
    const bytes = read(startByte + i * sectorBytes, sectorBytes);
    const tag = tagOf(bytes);
    if (tag === UDF_TAG.end) break;
    if (tag === UDF_TAG.partition) {
      const place = { startByte: u32(bytes, 188) * sectorBytes, lengthBytes: u32(bytes, 192) * sectorBytes };
      partitions.set(u16(bytes, 22), place);
    } else if (tag === UDF_TAG.logical) logical = bytes;
  }
  if (logical === null || u32(logical, 212) !== sectorBytes) return null;
  const maps = mapsOf(logical, partitions);
  const endByte = Math.max(0, ...[...partitions.values()].map((one) => one.startByte + one.lengthBytes));
  const fileSet = longPlace(logical, 248);
  const label = udfText(logical.subarray(84, 84 + Math.min(logical[211] ?? 0, 127)));
  return maps.length === 0
    ? null
    : { label: label === "" ? null : label, blockBytes: sectorBytes, maps, fileSet, endByte };
}

function mapsOf(logical: Uint8Array, partitions: Map<number, { startByte: number; lengthBytes: number }>): UdfMap[] {
  const maps: UdfMap[] = [];
  const none = { startByte: 0, lengthBytes: 0 };
  let at = 440;
  for (let i = Math.min(u32(logical, 268), 16); i > 0 && at + 6 <= logical.length; i--) {
    const isPlain = logical[at] === 1;
    const name = isPlain ? "" : String.fromCharCode(...logical.subarray(at + 5, at + 28));
    const place = partitions.get(u16(logical, at + (isPlain ? 4 : 38)));
    const isMetadata = name.startsWith("*UDF Metadata Partition");
    const isVirtual = name.startsWith("*UDF Virtual Partition");
    const isKnown = isPlain || isMetadata || isVirtual || name.startsWith("*UDF Sparable Partition");
    const kind = isMetadata ? "metadata" : isVirtual ? "virtual" : "plain";
    maps.push({
      kind: place === undefined || !isKnown ? "unknown" : kind,
      ...(place ?? none),
      fileBlock: isMetadata ? u32(logical, at + 40) : 0,
    });
    at += Math.max(6, logical[at + 1] ?? 6);
  }
  return maps;
}

/** A long allocation descriptor: length, block, partition. The two highest bits of the length are its kind. */
export function longPlace(bytes: Uint8Array, at: number): UdfPlace {
  return { lengthBytes: u32(bytes, at) % 2 ** 30, block: u32(bytes, at + 4), partition: u16(bytes, at + 8) };
}

/** UTF-8 of compressed Unicode: a first byte of 8 or 16, then letters of that many bits. */
export function udfName(bytes: Uint8Array): Uint8Array {
  const wide = bytes[0] === 16;
  const count = wide ? (bytes.length - 1) >> 1 : Math.max(0, bytes.length - 1);
  const unit = (i: number): number =>
    wide ? (bytes[1 + 2 * i] ?? 0) * 256 + (bytes[2 + 2 * i] ?? 0) : (bytes[1 + i] ?? 0);
  return utf8OfUtf16(Array.from({ length: count }, (_, i) => unit(i)));
}

function udfText(bytes: Uint8Array): string {
  return new TextDecoder().decode(udfName(bytes)).replaceAll("\0", "");
}

/** Milliseconds since 1970 of a timestamp; undefined where it is none. */
export function udfTimeMs(bytes: Uint8Array, at: number): number | undefined {
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0, hundredths = 0] = bytes.subarray(at + 4, at + 10);
  const year = u16(bytes, at + 2);
  if (year < 1900 || year > 3000 || month < 1 || month > 12 || day < 1) return undefined;
  const zone = ((u16(bytes, at) & 0xfff) << 20) >> 20;
  const ms = Date.UTC(year, month - 1, day, hour, minute, second, hundredths * 10);
  return zone === -2047 ? ms : ms - zone * 60_000;
}
