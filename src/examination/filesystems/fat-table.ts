import type { FatGeometry } from "./fat-geometry.ts";
import type { VolumeReader } from "./volume-bytes.ts";

/** A run of clusters that follow each other. */
export interface ClusterRun {
  cluster: number;
  count: number;
}

/** A chain read from a table. */
export interface ClusterChain {
  runs: ClusterRun[];
  clusters: number;
  /** "end": an end mark closes it. "limit": as many as were asked for. "broken": it leads out, to a free one, or round. */
  closed: "end" | "limit" | "broken";
}

/** One allocation table. */
export interface FatTable {
  /** The entry of a cluster: 0 free, 1 end of chain, -1 bad, else the next cluster (which may be out of range). */
  next(cluster: number): number;
  /** Follows a chain, at most `limit` clusters. */
  chain(cluster: number, limit: number): ClusterChain;
  isFree(cluster: number): boolean;
}

const END_OF_CHAIN = 1;
const BAD = -1;
/** Pieces of one chain that are kept; what follows is cut off as at a limit. */
const MOST_RUNS = 1_000_000;
const PAGE = 64 * 1024 * 3;
const PAGES = 64;
const NONE: Uint8Array = new Uint8Array(0);

/**
 * A table of FAT12, FAT16, FAT32 or exFAT (whole 32-bit entries) that is read page by page and holds at most 12 MiB.
 *
 * @param startBytes Where it stands, then where its copies do: they are read where it cannot be.
 */
export function fatTable(read: VolumeReader, startBytes: number[], geometry: TableGeometry): FatTable {
  const entryAt = entryReader(read, startBytes, geometry.kind);
  const [endFrom, bad] = MARKS[geometry.kind];
  const next = (cluster: number): number => {
    const value = entryAt(cluster);
    if (value === bad) return BAD;
    return value >= endFrom ? END_OF_CHAIN : value === 1 ? BAD : value;
  };
  const inRange = (cluster: number): boolean => cluster >= 2 && cluster <= geometry.lastCluster;
  return {
    next,
    isFree: (cluster) => next(cluster) === 0,
    chain: (start, limit) => {
      const runs: ClusterRun[] = [];
      let clusters = 0;
      let cluster = start;
      // A chain longer than the volume goes round; no loop is longer than the limit either.
      const most = Math.min(limit, geometry.lastCluster - 1);
      while (inRange(cluster) && clusters < most && runs.length < MOST_RUNS) {
        const following = next(cluster);
        if (following === 0 || following === BAD) return { runs, clusters, closed: "broken" };
        appendCluster(runs, cluster);
        clusters++;
        if (following === END_OF_CHAIN) return { runs, clusters, closed: "end" };
        cluster = following;
      }
      return { runs, clusters, closed: clusters >= limit || runs.length >= MOST_RUNS ? "limit" : "broken" };
    },
  };
}

/** What a table must know of its volume. */
export interface TableGeometry {
  kind: FatGeometry["kind"] | "exfat";
  lastCluster: number;
}

/** First value that ends a chain, and the mark of a bad cluster. */
const MARKS: Record<TableGeometry["kind"], [number, number]> = {
  fat12: [0xff8, 0xff7],
  fat16: [0xfff8, 0xfff7],
  fat32: [0x0ffffff8, 0x0ffffff7],
  exfat: [0xfffffff8, 0xfffffff7],
};

/** Adds a cluster to the end of a list of runs. */
export function appendCluster(runs: ClusterRun[], cluster: number): void {
  const last = runs.at(-1);
  if (last !== undefined && last.cluster + last.count === cluster) last.count++;
  else runs.push({ cluster, count: 1 });
}

/** A sector: what is lost where one is bad. */
const PIECE = 512;

/** Bytes of a table, from the first copy that gives them all; else piece by piece, and what no copy has reads as "bad". */
function bestCopy(
  read: VolumeReader,
  starts: number[],
  of: { bytes: number; kind: TableGeometry["kind"] },
): Uint8Array {
  let longest = NONE;
  for (const startByte of starts) {
    const copy = read(startByte, of.bytes);
    if (copy.length === of.bytes) return copy;
    if (copy.length > longest.length) longest = copy;
  }
  const bytes = new Uint8Array(of.bytes);
  const mark = MARKS[of.kind][1];
  // FAT12 fits one page of which a half entry may be lost at a border: both halves of "all set" end a chain.
  for (let at = 0; at < bytes.length; at++)
    bytes[at] = of.kind === "fat12" ? 0xff : mark >>> (8 * (at % (of.kind === "fat16" ? 2 : 4)));
  bytes.set(longest);
  for (let at = Math.floor(longest.length / PIECE) * PIECE; at < bytes.length; at += PIECE) {
    for (const startByte of starts) {
      const piece = read(startByte + at, PIECE);
      bytes.set(piece, at);
      if (piece.length === PIECE) break;
    }
  }
  return bytes;
}

/** Reads one entry as it stands; pages are whole multiples of every entry's size. What cannot be read is "bad". */
function entryReader(
  read: VolumeReader,
  startBytes: number[],
  kind: TableGeometry["kind"],
): (cluster: number) => number {
  const bits = { fat12: 12, fat16: 16, fat32: 32, exfat: 32 }[kind];
  const pages = new Map<number, DataView>();
  let current = -1;
  let view: DataView = new DataView(new ArrayBuffer(0));
  const turn = (number: number): void => {
    let page = pages.get(number);
    if (page === undefined) {
      const bytes = bestCopy(
        read,
        startBytes.map((startByte) => startByte + number * PAGE),
        { bytes: PAGE, kind },
      );
      page = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    } else pages.delete(number);
    pages.set(number, page);
    const oldest = pages.size > PAGES ? pages.keys().next().value : undefined;
    if (oldest !== undefined) pages.delete(oldest);
    view = page;
    current = number;
  };
  return (cluster) => {
    const at = Math.floor((cluster * bits) / 8);
    const number = Math.floor(at / PAGE);
    if (number !== current) turn(number);
    const within = at - number * PAGE;
    if (within + (bits === 32 ? 4 : 2) > view.byteLength) return MARKS[kind][1];
    if (bits === 32) return kind === "exfat" ? view.getUint32(within, true) : view.getUint32(within, true) & 0x0fffffff;
    const value = view.getUint16(within, true);
    if (bits === 16) return value;
    return cluster % 2 === 1 ? value >> 4 : value & 0xfff;
  };
}
