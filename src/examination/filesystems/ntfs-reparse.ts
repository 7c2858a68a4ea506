import { u16, u32, utf16Text } from "./ntfs-fields.ts";
import { joinPieces, plainSource, readQuietly } from "./ntfs-layout.ts";
import { nameBytes } from "./ntfs-names.ts";
import type { NtfsVolume } from "./ntfs-reading.ts";
import { ATTRIBUTE, type NtfsAttribute } from "./ntfs-record.ts";

/** What a reparse point says: that a name is a link, or that its content is kept in another way. */
export interface Reparse {
  tag: number;
  /** Where a link points. */
  target?: Uint8Array;
  /** Compressed by Windows' overlay filter: which way. */
  packing?: number;
}

const SYMBOLIC_LINK = 0xa000000c;
const MOUNT_POINT = 0xa0000003;
const LINUX_LINK = 0xa000001d;
const OVERLAY = 0x80000017;
const DEDUPLICATED = 0x80000013;
/** Pipes, sockets and devices of the Linux subsystem. */
const SPECIALS = [0x80000023, 0x80000024, 0x80000025, 0x80000026];
const POINT_LIMIT = 16 * 1024;

/** The reparse point of a file; null where it has none. @see Microsoft, [MS-FSCC] 2.1.2 Reparse Point Data Structures */
export function reparseOf(volume: NtfsVolume, attributes: readonly NtfsAttribute[]): Reparse | null {
  const pieces = attributes.filter((one) => one.type === ATTRIBUTE.reparsePoint);
  const first = pieces[0];
  if (first === undefined) return null;
  let bytes = first.value;
  if (bytes === null) {
    const runs = joinPieces(pieces, volume.geometry);
    if (runs === null) return null;
    const source = plainSource(volume.volume, runs, volume.geometry.clusterBytes);
    bytes = readQuietly(source, { at: 0, length: POINT_LIMIT }, volume.note);
  }
  const tag = u32(bytes, 0);
  const body = bytes.subarray(8, 8 + u16(bytes, 4));
  if (tag === SYMBOLIC_LINK) return { tag, target: linkTarget(body, 12) };
  if (tag === MOUNT_POINT) return { tag, target: linkTarget(body, 8) };
  if (tag === LINUX_LINK) return { tag, target: body.slice(4) };
  if (tag === OVERLAY && u32(body, 0) === 1 && u32(body, 4) === 2) return { tag, packing: u32(body, 12) };
  return { tag };
}

/** The name a link shows, or the one it is followed by. */
function linkTarget(body: Uint8Array, namesAt: number): Uint8Array {
  for (const field of [4, 0]) {
    const length = u16(body, field + 2) >> 1;
    const at = namesAt + u16(body, field);
    if (length > 0 && at + 2 * length <= body.length) return nameBytes(utf16Text(body, at, length));
  }
  return new Uint8Array(0);
}

export function isLink(reparse: Reparse | null): boolean {
  return reparse?.target !== undefined;
}

export function isSpecial(reparse: Reparse | null): boolean {
  return reparse !== null && SPECIALS.includes(reparse.tag);
}

/** Whether content that is not in the file's clusters is kept by a cloud service, or in a store shared by files. */
export function elsewhere(tag: number): boolean {
  return tag === DEDUPLICATED || (tag & 0xffff0fff) >>> 0 === 0x9000001a || (tag & 0xffff0fff) >>> 0 === 0x90000021;
}
