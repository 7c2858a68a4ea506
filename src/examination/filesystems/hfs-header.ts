import { be16, be32, be64 } from "./hfs-fields.ts";
import type { VolumeReader } from "./volume-bytes.ts";

// @see Apple Technical Note TN1150, "Volume Header", "HFS Wrapper"

/** A piece of a fork, in allocation blocks. */
export interface HfsExtent {
  start: number;
  count: number;
}

/** A fork as its record says: its size and its first eight pieces. */
export interface HfsFork {
  sizeBytes: number;
  blocks: number;
  extents: HfsExtent[];
}

export interface HfsLayout {
  kind: "hfs+" | "hfsx";
  /** Where the file system starts in the volume: not at 0 within an HFS wrapper. */
  startByte: number;
  /** Where this header stands. */
  headerByte: number;
  blockBytes: number;
  blocks: number;
  journalBlock: number;
  allocation: HfsFork;
  extents: HfsFork;
  catalog: HfsFork;
  attributes: HfsFork;
}

const HEADER_BYTE = 1024;
const JOURNALED = 0x2000;

/** The layout of an HFS+ or HFSX volume, by its header or the copy at its end; null where it is none. */
export function readHfsLayout(read: VolumeReader, sizeBytes: number): HfsLayout | null {
  const wrapped = wrapperStart(read(HEADER_BYTE, 512));
  for (const startByte of wrapped === null ? [0] : [wrapped]) {
    const copies = [startByte + HEADER_BYTE, sizeBytes - HEADER_BYTE, Math.floor(sizeBytes / 512) * 512 - HEADER_BYTE];
    for (const headerByte of copies) {
      const layout = headerAt(read, startByte, headerByte);
      if (layout !== null) return layout;
    }
  }
  return null;
}

/** Where an HFS+ volume stands within an older HFS one; null where none does. */
function wrapperStart(bytes: Uint8Array): number | null {
  if (be16(bytes, 0) !== 0x4244 || be16(bytes, 0x7c) !== 0x482b) return null;
  return be16(bytes, 0x1c) * 512 + be16(bytes, 0x7e) * be32(bytes, 0x14);
}

function headerAt(read: VolumeReader, startByte: number, headerByte: number): HfsLayout | null {
  const bytes = read(headerByte, 512);
  const kind = be32(bytes, 0) === 0x482b0004 ? "hfs+" : be32(bytes, 0) === 0x48580005 ? "hfsx" : null;
  const blockBytes = be32(bytes, 0x28);
  const blocks = be32(bytes, 0x2c);
  if (bytes.length < 512 || kind === null || blocks === 0) return null;
  if (blockBytes < 512 || blockBytes > 2 ** 24 || (blockBytes & (blockBytes - 1)) !== 0) return null;
  return {
    kind,
    startByte,
    headerByte,
    blockBytes,
    blocks,
    journalBlock: (be32(bytes, 4) & JOURNALED) !== 0 ? be32(bytes, 12) : 0,
    allocation: readFork(bytes, 0x70),
    extents: readFork(bytes, 0xc0),
    catalog: readFork(bytes, 0x110),
    attributes: readFork(bytes, 0x160),
  };
}

/** The fork at an offset: 80 bytes. */
export function readFork(bytes: Uint8Array, at: number): HfsFork {
  return { sizeBytes: be64(bytes, at), blocks: be32(bytes, at + 12), extents: readExtents(bytes, at + 16) };
}

/** Eight pieces at an offset, up to the first empty one. */
export function readExtents(bytes: Uint8Array, at: number): HfsExtent[] {
  const extents: HfsExtent[] = [];
  for (let i = 0; i < 8; i++) {
    const extent = { start: be32(bytes, at + i * 8), count: be32(bytes, at + i * 8 + 4) };
    if (extent.count === 0) break;
    extents.push(extent);
  }
  return extents;
}
