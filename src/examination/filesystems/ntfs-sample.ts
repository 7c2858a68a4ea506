import { concatBytes } from "#base/values";
import { addRun, type Run, type RunList } from "./ntfs-runs.ts";
import {
  clusterAttribute,
  fileNameValue,
  fileTime,
  indexEntry,
  lznt1,
  padded,
  protect,
  putReference,
  residentAttribute,
  structure,
  utf16,
} from "./ntfs-sample-parts.ts";

// Makes small NTFS volumes for tests: the least that every reader of NTFS needs, and what a test asks for.

export const SAMPLE_CLUSTER = 4096;
/** 25 November 2026. */
export const SAMPLE_MS = 1795564800000;
const RECORD = 1024;
const MFT_CLUSTER = 4;
const UNIT = 16;
const ROOT = { record: 5, sequence: 5 };
const NOTHING = { at: [], sizeBytes: 0 };

interface SampleStream {
  name?: string;
  bytes: Uint8Array;
  /** Default: in clusters, the next free ones. */
  as?: "resident" | "compressed" | "encrypted";
  /** Its clusters in order; null: a sparse one. */
  at?: (number | null)[];
  validBytes?: number;
  sizeBytes?: number;
}

export interface SampleFile {
  record: number;
  names: string[];
  sequence?: number;
  parent?: { record: number; sequence: number };
  directory?: boolean;
  /** Deleted: not in use, its clusters free. "kept": its clusters are in use again. */
  freed?: boolean | "kept";
  streams?: SampleStream[];
  /** Records that carry the pieces of the first stream, the file's own among them or not. */
  spread?: number[];
  reparse?: Uint8Array;
  logNumber?: number;
  changedMs?: number;
  /** Bytes behind the entries of a directory's index block. */
  slack?: Uint8Array;
}

export interface SampleVolume {
  files: SampleFile[];
  label?: string;
  clusters?: number;
  records?: number;
  /** Clusters of the master file table, and the records its runs are told in. */
  table?: { at: number[]; spread: number[] };
}

interface Making {
  image: Uint8Array;
  bitmap: Uint8Array;
  next: number;
  records: Map<number, Uint8Array>;
}

/** The volume's bytes, with the copy of its first sector behind its last cluster. */
export function sampleNtfs(volume: SampleVolume): Uint8Array {
  const { files, label = "sample", clusters = 1024, records = 64, table } = volume;
  const mft = table?.at ?? range(MFT_CLUSTER, Math.ceil((records * RECORD) / SAMPLE_CLUSTER));
  const image = new Uint8Array(clusters * SAMPLE_CLUSTER + 512);
  const making: Making = { image, bitmap: new Uint8Array(clusters / 8), next: 64, records: new Map() };
  const own: SampleFile[] = [
    { ...system(0, "$MFT", { at: mft, sizeBytes: records * RECORD }), ...(table ? { spread: table.spread } : {}) },
    system(1, "$MFTMirr", { at: [2], sizeBytes: 4 * RECORD }),
    system(6, "$Bitmap", { at: [3], sizeBytes: clusters / 8 }),
    system(7, "$Boot", { at: [0, 1], sizeBytes: 8192 }),
  ];
  const given = new Set(files.map((file) => file.record));
  if (!given.has(2)) own.push(system(2, "$LogFile", NOTHING));
  own.push(system(3, "$Volume", NOTHING), system(4, "$AttrDef", NOTHING));
  if (!given.has(11)) own.push({ record: 11, names: ["$Extend"], sequence: 11, directory: true });
  const root: SampleFile = { record: 5, names: ["."], sequence: 5, directory: true };
  const all = given.has(5) ? [...own, ...files] : [...own, root, ...files];
  for (const file of all) makeFile(making, file, { all, label });
  for (const [number, bytes] of making.records) {
    const at = number * RECORD;
    image.set(bytes, (mft[Math.floor(at / SAMPLE_CLUSTER)] ?? 0) * SAMPLE_CLUSTER + (at % SAMPLE_CLUSTER));
    if (number < 4) image.set(bytes, 2 * SAMPLE_CLUSTER + number * RECORD);
  }
  image.set(making.bitmap, 3 * SAMPLE_CLUSTER);
  const boot = bootSector(clusters);
  image.set(boot, 0);
  image.set(boot, clusters * SAMPLE_CLUSTER);
  return image;
}

/** One of the file system's own files. */
function system(record: number, name: string, { at, sizeBytes }: { at: number[]; sizeBytes: number }): SampleFile {
  const streams: SampleStream[] = [{ bytes: new Uint8Array(0), at, sizeBytes, validBytes: sizeBytes }];
  return { record, names: [name], sequence: Math.max(1, record), streams };
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first + i);
}

function bootSector(clusters: number): Uint8Array {
  const boot = structure(512, [
    [0, 3, 0x9052eb],
    [11, 2, 512],
    [13, 1, SAMPLE_CLUSTER / 512],
    [21, 1, 0xf8],
    [36, 4, 0x800080],
    [40, 8, (clusters * SAMPLE_CLUSTER) / 512],
    [48, 8, MFT_CLUSTER],
    [56, 8, 2],
    [64, 1, 256 - 10],
    [68, 1, 1],
    [72, 8, 0x12345678],
    [510, 2, 0xaa55],
  ]);
  boot.set(new TextEncoder().encode("NTFS    "), 3);
  return boot;
}

function makeFile(making: Making, file: SampleFile, about: { all: SampleFile[]; label: string }): void {
  const ms = file.changedMs ?? SAMPLE_MS;
  const times = [0, 8, 16, 24].map((at) => [at, 8, fileTime(ms)] as const);
  const attributes = [residentAttribute({ type: 0x10, id: 0 }, structure(72, times))];
  const parent = file.parent ?? ROOT;
  file.names.forEach((name, i) => {
    const value = fileNameValue({ parent, name, ms, ...(file.directory ? { directory: true } : {}) });
    attributes.push(residentAttribute({ type: 0x30, id: 10 + i }, value));
  });
  if (file.record === 0) attributes.push(residentAttribute({ type: 0xb0, id: 21 }, new Uint8Array(8).fill(255)));
  if (file.record === 3) {
    const version = structure(12, [[8, 2, 0x103]]);
    attributes.push(residentAttribute({ type: 0x60, id: 20 }, utf16(about.label)));
    attributes.push(residentAttribute({ type: 0x70, id: 21 }, version));
  } else if (file.reparse !== undefined) attributes.push(residentAttribute({ type: 0xc0, id: 20 }, file.reparse));
  if (file.directory) attributes.push(...indexOf(making, file, about.all));
  const streams = (file.streams ?? []).map((stream, i) => streamPieces(making, file, { stream, id: 40 + i }));
  if (file.spread === undefined) attributes.push(...streams.flat());
  else attributes.push(spreadPieces(making, file, { own: attributes, pieces: streams.flat() }));
  putRecord(making, file, { number: file.record, attributes });
}

function putRecord(
  making: Making,
  file: SampleFile,
  { number, attributes }: { number: number; attributes: Uint8Array[] },
): void {
  const sequence = file.sequence ?? 1;
  const sorted = attributes.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  const body = concatBytes(...sorted, Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0));
  if (56 + body.length > RECORD) throw new RangeError(`Cannot make record ${number}: too long, ${body.length}`);
  const bytes = structure(RECORD, [
    [0, 4, 0x454c4946],
    [8, 8, file.logNumber ?? 0],
    [16, 2, sequence],
    [18, 2, file.names.length],
    [20, 2, 56],
    [22, 2, (file.freed ? 0 : 1) | (file.directory ? 2 : 0)],
    [24, 4, 56 + body.length],
    [28, 4, RECORD],
    [40, 2, 99],
    [44, 4, number],
  ]);
  if (number !== file.record) putReference(bytes, 32, { record: file.record, sequence });
  bytes.set(body, 56);
  protect(bytes, 48);
  making.records.set(number, bytes);
}

/** Puts the pieces into further records, one each, and gives the list that names them all. */
function spreadPieces(making: Making, file: SampleFile, of: { own: Uint8Array[]; pieces: Uint8Array[] }): Uint8Array {
  const listed = [...of.own].map((piece) => ({ piece, record: file.record }));
  (file.spread ?? []).forEach((number, i) => {
    const piece = of.pieces[i] ?? new Uint8Array(0);
    if (number === file.record) of.own.push(piece);
    else putRecord(making, file, { number, attributes: [piece] });
    listed.push({ piece, record: number });
  });
  const entries = listed.map(({ piece, record }) => {
    const entry = structure(32, [
      [4, 2, 32],
      [7, 1, 26],
    ]);
    entry.set(piece.subarray(0, 4), 0);
    if (piece[8] === 1) entry.set(piece.subarray(16, 24), 8);
    putReference(entry, 16, { record, sequence: file.sequence ?? 1 });
    entry.set(piece.subarray(14, 16), 24);
    return entry;
  });
  return residentAttribute({ type: 0x20, id: 3 }, concatBytes(...entries));
}

/** The attributes of a stream: one, or as many as the file is spread over records. */
function streamPieces(making: Making, file: SampleFile, of: { stream: SampleStream; id: number }): Uint8Array[] {
  const { stream, id } = of;
  const name = stream.name === undefined ? {} : { name: stream.name };
  const flags = stream.as === "compressed" ? 1 : stream.as === "encrypted" ? 0x4000 : 0;
  const about = { type: 0x80, id, flags, ...name };
  if (stream.as === "resident") return [residentAttribute(about, stream.bytes)];
  const runs = stream.as === "compressed" ? compressedRuns(making, file, stream) : plainRuns(making, file, stream);
  const size = stream.sizeBytes ?? stream.bytes.length;
  const sizes = { size, valid: stream.validBytes ?? size, clusterBytes: SAMPLE_CLUSTER };
  const parts = file.spread?.length ?? 1;
  const each = Math.ceil(runs.length / parts);
  const pieces: Uint8Array[] = [];
  let low = 0;
  for (let i = 0; i < parts; i++) {
    const some = runs.slice(i * each, (i + 1) * each);
    pieces.push(clusterAttribute(about, some, { ...sizes, low }));
    low += some.reduce((sum, run) => sum + run.count, 0);
  }
  return pieces;
}

function plainRuns(making: Making, file: SampleFile, stream: SampleStream): Run[] {
  const list: RunList = { runs: [], count: 0, whole: true };
  const count = Math.ceil(stream.bytes.length / SAMPLE_CLUSTER);
  const at = stream.at ?? range(making.next, count);
  if (stream.at === undefined) making.next += count;
  at.forEach((cluster, i) => {
    addRun(list, { first: cluster, count: 1 });
    const part = stream.bytes.subarray(i * SAMPLE_CLUSTER, (i + 1) * SAMPLE_CLUSTER);
    if (cluster !== null) putCluster(making, { cluster, part, free: file.freed === true });
  });
  return list.runs;
}

function putCluster(making: Making, put: { cluster: number; part: Uint8Array; free: boolean }): void {
  making.image.set(put.part, put.cluster * SAMPLE_CLUSTER);
  const byte = put.cluster >> 3;
  if (!put.free) making.bitmap[byte] = (making.bitmap[byte] ?? 0) | (1 << (put.cluster & 7));
}

function compressedRuns(making: Making, file: SampleFile, stream: SampleStream): Run[] {
  const runs: Run[] = [];
  const unitBytes = UNIT * SAMPLE_CLUSTER;
  for (let at = 0; at < stream.bytes.length; at += unitBytes) {
    const unit = padded(stream.bytes.subarray(at, at + unitBytes), unitBytes);
    if (unit.every((byte) => byte === 0)) {
      runs.push({ first: null, count: UNIT });
      continue;
    }
    const packed = lznt1(unit);
    const count = Math.ceil(packed.length / SAMPLE_CLUSTER);
    const bytes = count < UNIT ? packed : unit;
    const used = Math.min(count, UNIT);
    for (let i = 0; i < used; i++) {
      const part = bytes.subarray(i * SAMPLE_CLUSTER, (i + 1) * SAMPLE_CLUSTER);
      putCluster(making, { cluster: making.next + i, part, free: file.freed === true });
    }
    runs.push({ first: making.next, count: used });
    if (used < UNIT) runs.push({ first: null, count: UNIT - used });
    making.next += used;
  }
  return runs;
}

/** A directory's index: all its entries in one block. */
function indexOf(making: Making, directory: SampleFile, all: SampleFile[]): Uint8Array[] {
  const inside = all.filter(
    (file) => file.freed === undefined && (file.parent ?? ROOT).record === directory.record && file !== directory,
  );
  const entries = inside
    .flatMap((file) => file.names.map((name) => ({ file, name })))
    .toSorted((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1))
    .map(({ file, name }) => {
      const parent = file.parent ?? ROOT;
      const value = fileNameValue({ parent, name, ms: SAMPLE_MS, ...(file.directory ? { directory: true } : {}) });
      return indexEntry({ record: file.record, sequence: file.sequence ?? 1 }, value);
    });
  const end = structure(16, [
    [8, 2, 16],
    [12, 2, 2],
  ]);
  const body = concatBytes(...entries, end);
  const block = structure(4096, [
    [0, 4, 0x58444e49],
    [24, 4, 40],
    [28, 4, 40 + body.length],
    [32, 4, 4096 - 24],
  ]);
  block.set(body, 64);
  if (directory.slack !== undefined) block.set(directory.slack, 64 + body.length);
  protect(block, 40);
  const cluster = making.next++;
  putCluster(making, { cluster, part: block, free: directory.freed === true });
  const last = structure(24, [
    [8, 2, 24],
    [12, 2, 3],
  ]);
  const root = structure(32, [
    [0, 4, 0x30],
    [4, 4, 1],
    [8, 4, 4096],
    [12, 1, 1],
    [16, 4, 16],
    [20, 4, 40],
    [24, 4, 40],
    [28, 1, 1],
  ]);
  const sizes = { low: 0, size: 4096, valid: 4096, clusterBytes: SAMPLE_CLUSTER };
  const name = "$I30";
  return [
    residentAttribute({ type: 0x90, id: 30, name }, concatBytes(root, last)),
    clusterAttribute({ type: 0xa0, id: 31, name }, [{ first: cluster, count: 1 }], sizes),
    residentAttribute({ type: 0xb0, id: 32, name }, structure(8, [[0, 1, 1]])),
  ];
}
