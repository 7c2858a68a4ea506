import type { ByteSource } from "#examination/sources";
import type { ExfatGeometry } from "./exfat-geometry.ts";
import { DIRECTORY_BYTES, type ExfatReader } from "./exfat-reader.ts";
import { SET_RECORD_BYTES } from "./exfat-set.ts";
import { commonUpcase, readUpcase, type Upcase } from "./exfat-upcase.ts";
import { clusterAt, lastHeldCluster } from "./fat-geometry.ts";
import { type ClusterRun, type FatTable, fatTable } from "./fat-table.ts";
import type { NoteProblem } from "./problem.ts";
import type { VolumeReader } from "./volume-bytes.ts";

const BITMAP = 0x81;
const UPCASE = 0x82;
const LABEL = 0x83;
const LABEL_UNITS = 11;
const UPCASE_BYTES = 128 * 1024;
/** Entries of the root that are looked through for the volume's own three. */
const LOOKED_AT = 65_536;

/** What a reader is made of. */
interface Volume {
  volume: ByteSource;
  geometry: ExfatGeometry;
  read: VolumeReader;
  note: NoteProblem;
}

/** Reads what the root says of the volume itself: bitmap, capitals, label. What is missing is noted, never the end. */
export function readExfatSystem({ volume, geometry, read, note }: Volume): ExfatReader {
  const table = fatTable(read, [geometry.fatStart], { kind: "exfat", lastCluster: geometry.lastCluster });
  const root = table.chain(geometry.rootCluster, Math.ceil(DIRECTORY_BYTES / geometry.clusterBytes));
  if (root.closed === "broken") note("chain-broken", clusterAt(geometry, geometry.rootCluster));
  const rootRuns = root.clusters > 0 ? root.runs : [{ cluster: geometry.rootCluster, count: 1 }];
  const reader: ExfatReader = {
    ...{ volume, geometry, read, note, table },
    lastHeld: lastHeldCluster(geometry, volume.sizeBytes),
    upcase: commonUpcase,
    isUsed: null,
    sameUntil: (cluster) => cluster + 1,
    label: null,
    system: [...rootRuns],
  };
  for (const { record, atByte } of rootRecords(reader, rootRuns)) {
    const view = new DataView(record.buffer, record.byteOffset, SET_RECORD_BYTES);
    const [cluster, bytes] = [view.getUint32(20, true), Number(view.getBigUint64(24, true))];
    if (record[0] === LABEL) reader.label = labelOf(view);
    if (record[0] !== BITMAP && record[0] !== UPCASE) continue;
    const chain = systemChain(reader, table, { cluster, bytes });
    reader.system.push(...chain);
    if (record[0] === UPCASE) {
      const upcase = readCapitals(reader, chain, { bytes, checksum: view.getUint32(4, true) });
      if (upcase === null) note("upcase-checksum", atByte);
      else reader.upcase = upcase;
    } else if (((record[1] ?? 0) & 1) === geometry.activeBitmap) Object.assign(reader, bitmapOf(reader, chain));
  }
  if (reader.isUsed === null) note("bitmap-missing", clusterAt(geometry, geometry.rootCluster));
  return reader;
}

function* rootRecords({ geometry, read }: ExfatReader, runs: ClusterRun[]) {
  let looked = 0;
  for (const { cluster, count } of runs) {
    for (let i = 0; i < count; i++) {
      const atByte = clusterAt(geometry, cluster + i);
      const bytes = read(atByte, geometry.clusterBytes);
      for (let at = 0; at + SET_RECORD_BYTES <= bytes.length; at += SET_RECORD_BYTES) {
        if (bytes[at] === 0 || ++looked > LOOKED_AT) return;
        yield { record: bytes.subarray(at, at + SET_RECORD_BYTES), atByte: atByte + at };
      }
    }
  }
}

/** The chain of the bitmap or the table of capitals; where the table has none, the clusters that follow. */
function systemChain(reader: ExfatReader, table: FatTable, of: { cluster: number; bytes: number }): ClusterRun[] {
  const { lastCluster, clusterBytes } = reader.geometry;
  const needed = Math.ceil(of.bytes / clusterBytes);
  if (of.cluster < 2 || of.cluster > lastCluster || needed === 0) return [];
  const chain = table.chain(of.cluster, Math.min(needed, lastCluster));
  if (chain.clusters === needed) return chain.runs;
  return [{ cluster: of.cluster, count: Math.min(needed, lastCluster + 1 - of.cluster) }];
}

function labelOf(view: DataView): string | null {
  const units = Array.from({ length: Math.min(LABEL_UNITS, view.getUint8(1)) }, (_, i) =>
    view.getUint16(2 + i * 2, true),
  );
  return units.length === 0 ? null : String.fromCharCode(...units);
}

function readCapitals(
  reader: ExfatReader,
  chain: ClusterRun[],
  of: { bytes: number; checksum: number },
): Upcase | null {
  if (of.bytes > UPCASE_BYTES) return null;
  const bytes = new Uint8Array(of.bytes);
  let done = 0;
  for (const { cluster, count } of chain) {
    const wanted = Math.min(of.bytes - done, count * reader.geometry.clusterBytes);
    const part = reader.read(clusterAt(reader.geometry, cluster), wanted);
    bytes.set(part, done);
    done += part.length;
    if (part.length < wanted) return null;
  }
  return done === of.bytes ? readUpcase(bytes, of.checksum) : null;
}

/** One bit a cluster, from cluster 2, lowest bit first. What cannot be read counts as in use. */
function bitmapOf({ geometry, read }: ExfatReader, chain: ClusterRun[]): Pick<ExfatReader, "isUsed" | "sameUntil"> {
  const bitsOfCluster = geometry.clusterBytes * 8;
  const clusters = new Map<number, number>();
  let number = 0;
  for (const { cluster, count } of chain) for (let i = 0; i < count; i++) clusters.set(number++, cluster + i);
  let current = -1;
  let page: Uint8Array = new Uint8Array(0);
  const turn = (cluster: number): number => {
    const wanted = Math.floor((cluster - 2) / bitsOfCluster);
    if (wanted !== current) {
      const at = clusters.get(wanted);
      page = at === undefined ? new Uint8Array(0) : read(clusterAt(geometry, at), geometry.clusterBytes);
      current = wanted;
    }
    return (cluster - 2) % bitsOfCluster;
  };
  return {
    isUsed: (cluster) => {
      const bit = turn(cluster);
      return ((page[bit >> 3] ?? 0xff) & (1 << (bit & 7))) !== 0;
    },
    sameUntil: (cluster) => {
      const bit = turn(cluster);
      const byte = page[bit >> 3];
      if (byte === undefined) return cluster + bitsOfCluster - bit;
      if ((bit & 7) !== 0 || (byte !== 0 && byte !== 0xff)) return cluster + 1;
      let end = bit >> 3;
      while (page[end] === byte) end++;
      return cluster + (end << 3) - bit;
    },
  };
}
