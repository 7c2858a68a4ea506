import type { VolumeReader } from "./volume-bytes.ts";

/** Where things stand in an exFAT volume; all in bytes from its start. Clusters are numbered from 2. */
export interface ExfatGeometry {
  clusterBytes: number;
  /** Highest cluster number. */
  lastCluster: number;
  /** The table that counts: of two, the active one. */
  fatStart: number;
  /** 0: the first bitmap counts, 1: the second. */
  activeBitmap: 0 | 1;
  rootCluster: number;
  heapStart: number;
  sizeBytes: number;
  /** Whether the sectors before agree with their checksum. */
  checksumHolds: boolean;
}

const SIGNATURE = "EXFAT   ";
const CHECKED_SECTORS = 11;

/**
 * Reads an exFAT boot sector.
 *
 * @returns Null where it is none, or its numbers contradict each other.
 * @see Microsoft, exFAT file system specification, revision 1.00, §3.1 and §3.4.
 */
export function readExfatGeometry(read: VolumeReader, bootAt: number): ExfatGeometry | null {
  const boot = read(bootAt, 512);
  if (boot.length < 512 || String.fromCharCode(...boot.subarray(3, 11)) !== SIGNATURE) return null;
  const view = new DataView(boot.buffer, boot.byteOffset, boot.byteLength);
  const [sectorShift, clusterShift] = [view.getUint8(108), view.getUint8(109)];
  if (sectorShift < 9 || sectorShift > 12 || sectorShift + clusterShift > 25) return null;
  const sector = 2 ** sectorShift;
  const [fatAt, fatSectors, heapAt, counted, root] = [80, 84, 88, 92, 96].map((at) => view.getUint32(at, true));
  if (fatAt === undefined || fatSectors === undefined || heapAt === undefined) return null;
  if (counted === undefined || root === undefined || fatAt === 0 || fatSectors === 0 || heapAt <= fatAt) return null;
  const clusters = Math.min(counted, Math.floor((fatSectors * sector) / 4) - 2, 0xfffffff5);
  if (clusters <= 0 || root < 2 || root > clusters + 1) return null;
  const second = view.getUint8(110) === 2 && (view.getUint16(106, true) & 1) !== 0;
  return {
    clusterBytes: sector * 2 ** clusterShift,
    lastCluster: clusters + 1,
    fatStart: (fatAt + (second ? fatSectors : 0)) * sector,
    activeBitmap: second ? 1 : 0,
    rootCluster: root,
    heapStart: heapAt * sector,
    sizeBytes: Number(view.getBigUint64(72, true) & 0x1fffffffffffn) * sector,
    checksumHolds: checksumHolds(read(bootAt, (CHECKED_SECTORS + 1) * sector), sector),
  };
}

/** Eleven sectors, without the volume's flags and fill level, give the number that fills the twelfth. */
function checksumHolds(bytes: Uint8Array, sector: number): boolean {
  const end = CHECKED_SECTORS * sector;
  if (bytes.length < end + 4) return false;
  let sum = 0;
  for (let i = 0; i < end; i++) {
    if (i === 106 || i === 107 || i === 112) continue;
    sum = ((sum << 31) | (sum >>> 1)) + (bytes[i] ?? 0);
    sum >>>= 0;
  }
  return new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true) === sum;
}
