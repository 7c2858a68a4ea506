import {
  ARCHIVE,
  ENTRY_BYTES,
  type FatLayout,
  type FatShape,
  FOLDER,
  fatBootSector,
  fatEntry,
  fatLayout,
  ROOT_ENTRIES,
  SECTOR,
  VOLUME_LABEL,
} from "./fat-layout.ts";

/** A stretch of a file on the device. */
export interface Extent {
  /** From the image's first byte. */
  offsetBytes: number;
  lengthBytes: number;
  /** From the file's first byte. */
  fileOffsetBytes: number;
}

interface Folder {
  cluster: number;
  entries: Uint8Array[];
}

/** A FAT16 volume being filled; it is a file system only after finishFat(). */
export interface FatVolume {
  image: Uint8Array;
  shape: FatShape;
  layout: FatLayout;
  table: Uint16Array<ArrayBuffer>;
  folders: Map<string, Folder>;
  files: Map<string, { entry: Uint8Array; chain: number[] }>;
  /** The next cluster that was never used. */
  next: number;
}

/** A file to be added. */
export interface NewFile {
  /** At most one folder and a name, each 8.3 in capital letters: "PHOTOS/IMG_0001.BMP". */
  path: string;
  content: Uint8Array;
  /** First cluster; the next never used one unless said. */
  cluster?: number;
  /** Stretches it is cut into, PIECE_GAP clusters apart; 1 unless said. */
  pieces?: number;
}

const END_OF_CHAIN = 0xffff;
const DELETED = 0xe5;
const PIECE_GAP = 5;

/**
 * Begins a FAT16 volume inside an image.
 *
 * @param image All bytes of the device, zero where the volume will lie.
 * @throws {RangeError} When the shape does not give a FAT16 volume.
 */
export function beginFat(image: Uint8Array, shape: FatShape): FatVolume {
  const layout = fatLayout(shape);
  const table = new Uint16Array(layout.clusters + 2);
  table.set([0xfff8, END_OF_CHAIN]);
  const label = fatEntry("PRACTICE", VOLUME_LABEL, { cluster: 0, sizeBytes: 0 });
  const folders = new Map<string, Folder>([["", { cluster: 0, entries: [label] }]]);
  return { image, shape, layout, table, folders, files: new Map(), next: 2 };
}

/** Bytes of one cluster. */
export function clusterBytes({ shape }: FatVolume): number {
  return shape.sectorsPerCluster * SECTOR;
}

/** Byte position of a cluster in the image. */
export function clusterOffset(volume: FatVolume, cluster: number): number {
  return volume.layout.firstDataSector * SECTOR + (cluster - 2) * clusterBytes(volume);
}

/**
 * Writes a file.
 *
 * @returns Its first cluster and its stretches in file order.
 * @throws {RangeError} When a cluster is taken or past the end, or a name is not 8.3.
 */
export function addFile(volume: FatVolume, file: NewFile): { cluster: number; extents: Extent[] } {
  const { path, content, pieces = 1 } = file;
  const slash = path.lastIndexOf("/");
  const folder = folderOf(volume, slash < 0 ? "" : path.slice(0, slash));
  const bytes = clusterBytes(volume);
  const count = Math.ceil(content.length / bytes);
  const cluster = file.cluster ?? volume.next;
  const chain = Array.from({ length: count }, (_, i) => cluster + i + PIECE_GAP * Math.floor((i * pieces) / count));
  takeClusters(volume, chain);
  if (file.cluster === undefined) volume.next = (chain.at(-1) ?? cluster - 1) + 1;
  const extents: Extent[] = [];
  for (const [i, own] of chain.entries()) {
    const part = content.subarray(i * bytes, (i + 1) * bytes);
    volume.image.set(part, clusterOffset(volume, own));
    const last = extents.at(-1);
    const offsetBytes = clusterOffset(volume, own);
    if (last !== undefined && last.offsetBytes + last.lengthBytes === offsetBytes) last.lengthBytes += part.length;
    else extents.push({ offsetBytes, lengthBytes: part.length, fileOffsetBytes: i * bytes });
  }
  const entry = fatEntry(path.slice(slash + 1), ARCHIVE, { cluster, sizeBytes: content.length });
  folder.entries.push(entry);
  volume.files.set(path, { entry, chain });
  return { cluster, extents };
}

/**
 * Deletes a file as a computer does: its entry is marked, its clusters are free, its bytes stay.
 *
 * @throws {RangeError} When there is no such file.
 */
export function removeFile(volume: FatVolume, path: string): void {
  const file = volume.files.get(path);
  if (file === undefined) throw new RangeError(`Cannot delete a file: it must be there, current path is ${path}`);
  file.entry[0] = DELETED;
  for (const cluster of file.chain) volume.table[cluster] = 0;
  volume.files.delete(path);
}

/** Writes boot sector, both tables and the folders. @throws {RangeError} When a folder is full. */
export function finishFat(volume: FatVolume): void {
  const { image, shape, layout, table } = volume;
  const at = shape.firstSector * SECTOR;
  image.set(fatBootSector(shape, layout), at);
  for (const sector of [shape.reservedSectors, shape.reservedSectors + layout.tableSectors]) {
    image.set(new Uint8Array(table.buffer), at + sector * SECTOR);
  }
  const rootBytes = ROOT_ENTRIES * ENTRY_BYTES;
  for (const { cluster, entries } of volume.folders.values()) {
    const room = cluster === 0 ? rootBytes : clusterBytes(volume);
    if (entries.length * ENTRY_BYTES > room) {
      throw new RangeError(
        `Cannot write a folder: it has room for ${room / ENTRY_BYTES}, current count is ${entries.length}`,
      );
    }
    const start = cluster === 0 ? layout.firstDataSector * SECTOR - rootBytes : clusterOffset(volume, cluster);
    for (const [i, entry] of entries.entries()) image.set(entry, start + i * ENTRY_BYTES);
  }
}

function folderOf(volume: FatVolume, name: string): Folder {
  const known = volume.folders.get(name);
  if (known !== undefined) return known;
  const cluster = volume.next++;
  takeClusters(volume, [cluster]);
  const dot = fatEntry(".", FOLDER, { cluster, sizeBytes: 0 });
  const folder = { cluster, entries: [dot, fatEntry("..", FOLDER, { cluster: 0, sizeBytes: 0 })] };
  volume.folders.set(name, folder);
  volume.folders.get("")?.entries.push(fatEntry(name, FOLDER, { cluster, sizeBytes: 0 }));
  return folder;
}

function takeClusters({ table }: FatVolume, chain: readonly number[]): void {
  for (const [i, cluster] of chain.entries()) {
    if (table[cluster] !== 0)
      throw new RangeError(`Cannot place a file: its clusters must be free, current one is ${cluster}`);
    table[cluster] = chain[i + 1] ?? END_OF_CHAIN;
  }
}
