import { utf8 } from "#base/values";

/** Where a FAT16 volume lies in an image and how it is cut. All counts are 512-byte sectors unless said. */
export interface FatShape {
  firstSector: number;
  sectors: number;
  sectorsPerCluster: number;
  reservedSectors: number;
}

/** What follows from a shape. */
export interface FatLayout {
  clusters: number;
  tableSectors: number;
  /** From the image's first sector. */
  firstDataSector: number;
}

export const SECTOR = 512;
export const ROOT_ENTRIES = 512;
export const ENTRY_BYTES = 32;
export const VOLUME_LABEL = 0x08;
export const FOLDER = 0x10;
export const ARCHIVE = 0x20;
const ROOT_SECTORS = (ROOT_ENTRIES * ENTRY_BYTES) / SECTOR;
/** 12 March 2024, 10:30, in FAT's own form. */
const STAMP = { date: ((2024 - 1980) << 9) | (3 << 5) | 12, time: (10 << 11) | (30 << 5) };

/**
 * The parts of a FAT16 volume.
 *
 * @throws {RangeError} When the shape does not give a FAT16 volume (4,085 to 65,524 clusters).
 * @see Microsoft, FAT32 File System Specification 1.03 (which covers FAT12 and FAT16)
 */
export function fatLayout(shape: FatShape): FatLayout {
  const rest = shape.sectors - shape.reservedSectors - ROOT_SECTORS;
  const tableSectors = Math.ceil((2 * (rest / shape.sectorsPerCluster + 2)) / SECTOR);
  const clusters = Math.floor((rest - 2 * tableSectors) / shape.sectorsPerCluster);
  if (clusters < 4085 || clusters > 65524) {
    throw new RangeError(`Cannot make a FAT16 volume: it has 4,085 to 65,524 clusters, current count is ${clusters}`);
  }
  const firstDataSector = shape.firstSector + shape.reservedSectors + 2 * tableSectors + ROOT_SECTORS;
  return { clusters, tableSectors, firstDataSector };
}

/** The volume's first sector. */
export function fatBootSector(shape: FatShape, { tableSectors }: FatLayout): Uint8Array {
  const sector = new Uint8Array(SECTOR);
  const view = new DataView(sector.buffer);
  sector.set([0xeb, 0x3c, 0x90]);
  sector.set(utf8("MSDOS5.0"), 3);
  view.setUint16(11, SECTOR, true);
  sector[13] = shape.sectorsPerCluster;
  view.setUint16(14, shape.reservedSectors, true);
  sector[16] = 2;
  view.setUint16(17, ROOT_ENTRIES, true);
  if (shape.sectors < 65536) view.setUint16(19, shape.sectors, true);
  else view.setUint32(32, shape.sectors, true);
  sector[21] = 0xf8;
  view.setUint16(22, tableSectors, true);
  view.setUint16(24, 63, true);
  view.setUint16(26, 255, true);
  view.setUint32(28, shape.firstSector, true);
  sector.set([0x80, 0, 0x29], 36);
  view.setUint32(39, 0x20240312, true);
  sector.set(utf8("PRACTICE   FAT16   "), 43);
  sector.set([0x55, 0xaa], 510);
  return sector;
}

/** A folder's 32-byte entry. */
export function fatEntry(name: string, attribute: number, file: { cluster: number; sizeBytes: number }): Uint8Array {
  const entry = new Uint8Array(ENTRY_BYTES);
  const view = new DataView(entry.buffer);
  entry.set(utf8(shortName(name)));
  entry[11] = attribute;
  for (const at of [14, 22]) view.setUint16(at, STAMP.time, true);
  for (const at of [16, 18, 24]) view.setUint16(at, STAMP.date, true);
  view.setUint16(26, file.cluster, true);
  view.setUint32(28, file.sizeBytes, true);
  return entry;
}

function shortName(name: string): string {
  if (name === "." || name === "..") return name.padEnd(11);
  const [, base = "", ending = ""] = /^([A-Z0-9_~-]{1,8})(?:\.([A-Z0-9]{1,3}))?$/.exec(name) ?? [];
  if (base === "")
    throw new RangeError(`Cannot name a file: it must be 8.3 in capital letters, current value is ${name}`);
  return base.padEnd(8) + ending.padEnd(3);
}

/** A disk's first sector: a table with one FAT16 partition. */
export function partitionSector(shape: FatShape): Uint8Array {
  const sector = new Uint8Array(SECTOR);
  const view = new DataView(sector.buffer);
  view.setUint32(440, 0x50524143, true);
  sector.set([0x80, 0xfe, 0xff, 0xff, 0x06, 0xfe, 0xff, 0xff], 446);
  view.setUint32(454, shape.firstSector, true);
  view.setUint32(458, shape.sectors, true);
  sector.set([0x55, 0xaa], 510);
  return sector;
}
