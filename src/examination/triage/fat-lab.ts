/** A file of a made-up volume, in one piece. */
export interface LabFile {
  /** Eleven characters, as FAT keeps them: "PICTURE BIN". */
  name: string;
  /** From 2. */
  cluster: number;
  bytes: Uint8Array;
  /** Only its entry and its bytes are left. */
  deleted?: true;
  /** Clusters that it has been given; more than its bytes need leaves slack. */
  clusters?: number;
}

const SECTOR = 512;
const CLUSTER = 4096;
const CLUSTERS = 5000;
const RESERVED = 8;
const FAT_SECTORS = 24;
const ROOT_SECTORS = 32;
const DATA_BYTES = (RESERVED + FAT_SECTORS + ROOT_SECTORS) * SECTOR;

/** Byte of a volume at which a cluster begins. */
export function clusterByte(cluster: number): number {
  return DATA_BYTES + (cluster - 2) * CLUSTER;
}

/**
 * A FAT16 volume of 20 MB with files in its root, filled with `filling` where nothing stands: for tests.
 *
 * @see Microsoft, FAT32 File System Specification 1.03
 */
export function fatVolume(files: readonly LabFile[], filling: Uint8Array): Uint8Array {
  const volume = new Uint8Array(DATA_BYTES + CLUSTERS * CLUSTER);
  for (let at = DATA_BYTES; at < volume.length; at += filling.length) {
    volume.set(filling.subarray(0, volume.length - at), at);
  }
  const view = new DataView(volume.buffer);
  volume.set([0xeb, 0x3c, 0x90, ...text("PHUMLAB ")]);
  view.setUint16(11, SECTOR, true);
  view.setUint8(13, CLUSTER / SECTOR);
  view.setUint16(14, RESERVED, true);
  view.setUint8(16, 1);
  view.setUint16(17, (ROOT_SECTORS * SECTOR) / 32, true);
  view.setUint16(19, volume.length / SECTOR, true);
  view.setUint8(21, 0xf8);
  view.setUint16(22, FAT_SECTORS, true);
  view.setUint8(38, 0x29);
  volume.set(text("LAB        FAT16   "), 43);
  view.setUint16(510, 0xaa55, true);
  const fatAt = RESERVED * SECTOR;
  view.setUint16(fatAt, 0xfff8, true);
  view.setUint16(fatAt + 2, 0xffff, true);
  for (const [i, file] of files.entries()) place(view, file, fatAt + FAT_SECTORS * SECTOR + 32 * i);
  return volume;
}

function place(view: DataView, { name, cluster, bytes, deleted, clusters }: LabFile, entryAt: number): void {
  const volume = new Uint8Array(view.buffer);
  volume.set(bytes, clusterByte(cluster));
  volume.set(text(name), entryAt);
  if (deleted) volume[entryAt] = 0xe5;
  volume[entryAt + 11] = 0x20;
  view.setUint16(entryAt + 26, cluster, true);
  view.setUint32(entryAt + 28, bytes.length, true);
  if (deleted) return;
  const last = cluster + (clusters ?? Math.ceil(bytes.length / CLUSTER)) - 1;
  for (let at = cluster; at <= last; at++) {
    view.setUint16(RESERVED * SECTOR + 2 * at, at === last ? 0xffff : at + 1, true);
  }
}

function text(letters: string): Uint8Array {
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}
