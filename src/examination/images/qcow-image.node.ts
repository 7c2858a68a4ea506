import { inflateAtOnce } from "#base/unpacking/node";
import type { ByteSource } from "#examination/sources";
import { budgetCache } from "./budget-cache.ts";
import { type Fields, fields, readPart } from "./fields.ts";
import {
  type ImageFile,
  noAcquisition,
  type OpenImage,
  type OpenParent,
  type Refusal,
  type Siblings,
} from "./image.ts";
import { lastName } from "./latin.ts";
import { mappedMedia, type Stretch, type StretchAt, type Unread } from "./mapped-media.ts";
import { BAD_TABLE, isOpen, parentOf, parentStretch, siblingNamed } from "./parents.ts";
import { type TableWords, tableWords } from "./table-words.ts";
import { zstdFrameBytes } from "./zstd-frame.ts";

const CLUSTERS_BUDGET_BYTES = 16 * 1024 * 1024;
const BACKING_NAME_LIMIT = 1023;
/** Extensions of the header end within its first cluster. */
const EXTENSIONS_BYTES = 64 * 1024;
const DATA_FILE = 0x44415441;
const PARTS = 32n;

/** A QCOW's shape, of version 1, 2 or 3. */
interface Qcow {
  version: number;
  sizeBytes: number;
  clusterBits: number;
  l2Bits: number;
  l1At: number;
  l1Entries: number;
  zstd: boolean;
  /** Words of a level-2 entry: 2 where clusters are divided into 32 parts with a bit each. */
  entryWords: 1 | 2;
  /** Name of the file that holds the clusters; null: this one; "": another one without a name. */
  dataFile: string | null;
  backing: string | null;
  snapshots: number;
}

/**
 * Opens a QEMU image: qcow2 (versions 2 and 3) and qcow (version 1), compressed clusters and backing files included.
 *
 * @returns Null where the file is none; refusals for encryption and for a file of clusters that is missing.
 * @see QEMU docs/interop/qcow2.rst
 */
export function openQcow(file: ImageFile, siblings: Siblings, openParent: OpenParent): OpenImage | Refusal | null {
  const head = fields(readPart(file.source, 0, 112), false);
  if (head.u32(0) !== 0x514649fb) return null;
  const qcow = head.u32(4) === 1 ? readQcow1(head, file.source) : readQcow2(head, file.source);
  if ("refused" in qcow) return qcow;
  const problem = shapeProblem(qcow, file.source);
  if (problem) return { refused: "qcow2-damaged", values: {} };
  const parent = qcow.backing === null ? null : parentOf([qcow.backing], { siblings, openParent });
  if (parent !== null && !isOpen(parent)) return parent;
  const data = qcow.dataFile === null ? file : dataFileOf(qcow.dataFile, siblings);
  if (data === null) return { refused: "qcow2-data-file", values: { file: lastName(qcow.dataFile ?? "") } };
  const acquisition = noAcquisition();
  if (qcow.snapshots > 0) acquisition.facts["snapshots"] = String(qcow.snapshots);
  return {
    format: "qcow2",
    variant: `version ${qcow.version}`,
    files: [file.name, ...(data === file ? [] : [data.name]), ...(parent?.files ?? [])],
    media: mappedMedia(qcow.sizeBytes, clusterReader(qcow, { file, data, parent: parent?.media ?? null })),
    unread: [],
    acquisition,
    problems: [...(parent?.problems ?? [])],
  };
}

/** The file of the clusters beside the image; null where it is not there. */
function dataFileOf(path: string, siblings: Siblings): ImageFile | null {
  const name = siblingNamed(siblings, path);
  const source = name === null ? null : siblings.open(name);
  return name === null || source === null ? null : { name, source };
}

function readQcow1(head: Fields, source: ByteSource): Qcow | Refusal {
  if (head.u32(36) !== 0) return { refused: "qcow2-encrypted", values: {} };
  const [clusterBits, l2Bits, sizeBytes] = [head.u8(32), head.u8(33), head.u64(24)];
  return {
    version: 1,
    sizeBytes,
    clusterBits,
    l2Bits,
    l1At: head.u64(40),
    l1Entries: Math.ceil(sizeBytes / 2 ** (clusterBits + l2Bits)),
    zstd: false,
    entryWords: 1,
    dataFile: null,
    backing: backingName(source, head),
    snapshots: 0,
  };
}

function readQcow2(head: Fields, source: ByteSource): Qcow | Refusal {
  const version = head.u32(4);
  const features = version >= 3 ? head.u64(72) : 0;
  if (version > 3) return { refused: "qcow2-feature", values: { feature: `version ${version}` } };
  if (head.u32(32) !== 0) return { refused: "qcow2-encrypted", values: {} };
  // Dirty and corrupt (1, 2) stand for reference counts, which reading does not use; 8 names the compression.
  if (features > 31) return { refused: "qcow2-feature", values: { feature: features } };
  const compression = version >= 3 && head.u32(100) > 104 ? head.u8(104) : 0;
  if (compression > 1) return { refused: "qcow2-feature", values: { feature: `compression ${compression}` } };
  const entryWords = (features & 16) === 0 ? 1 : 2;
  return {
    version,
    sizeBytes: head.u64(24),
    clusterBits: head.u32(20),
    l2Bits: head.u32(20) - 2 - entryWords,
    l1At: head.u64(40),
    l1Entries: head.u32(36),
    zstd: compression === 1,
    entryWords,
    dataFile: (features & 4) === 0 ? null : dataFileName(source, head),
    backing: backingName(source, head),
    snapshots: head.u32(60),
  };
}

/** The header's extension with the name of the file that holds the clusters. @see qcow2.rst, "Header extensions" */
function dataFileName(source: ByteSource, head: Fields): string {
  const bytes = readPart(source, head.u32(100), EXTENSIONS_BYTES);
  const words = fields(bytes, false);
  for (let at = 0; at + 8 <= bytes.length && words.u32(at) !== 0; at += 8 + Math.ceil(words.u32(at + 4) / 8) * 8) {
    const end = at + 8 + words.u32(at + 4);
    if (words.u32(at) === DATA_FILE) return new TextDecoder().decode(bytes.subarray(at + 8, end));
  }
  return "";
}

function backingName(source: ByteSource, head: Fields): string | null {
  const [at, length] = [head.u64(8), head.u32(16)];
  if (at === 0) return null;
  const name = new TextDecoder().decode(readPart(source, at, Math.min(length, BACKING_NAME_LIMIT)));
  const file = /^json:/.test(name) ? (/"filename":\s*"([^"]*)"/.exec(name)?.[1] ?? name) : name;
  return file.replace(/^file:/, "");
}

/** Whether header and size cannot be true together. */
function shapeProblem(qcow: Qcow, source: ByteSource): boolean {
  const { clusterBits, l2Bits, sizeBytes, l1At, l1Entries } = qcow;
  if (clusterBits < 9 || clusterBits > 21 || l2Bits < 1 || l2Bits > 21) return true;
  if (!Number.isSafeInteger(sizeBytes) || !Number.isSafeInteger(l1At)) return true;
  return l1At + l1Entries * 8 > source.sizeBytes || l1Entries < Math.ceil(sizeBytes / 2 ** (clusterBits + l2Bits));
}

const OFFSET_MASK = 0x00ff_ffff_ffff_fe00n;

interface QcowFiles {
  file: ImageFile;
  data: ImageFile;
  parent: ByteSource | null;
}

function clusterReader(qcow: Qcow, { file, data, parent }: QcowFiles): StretchAt {
  const words = tableWords(file.source, false);
  const plain = budgetCache<Uint8Array | Unread>(CLUSTERS_BUDGET_BYTES);
  const clusterBytes = 2 ** qcow.clusterBits;
  const packedFlag = qcow.version === 1 ? 63n : 62n;
  return (offsetBytes) => {
    const cluster = Math.floor(offsetBytes / clusterBytes);
    const endByte = (cluster + 1) * clusterBytes;
    const skip = offsetBytes - cluster * clusterBytes;
    const entry = clusterEntry(qcow, words, cluster);
    if (entry === null) return { endByte, stretch: BAD_TABLE };
    if (((entry.word >> packedFlag) & 1n) === 1n) {
      const load = (): Uint8Array | Unread => {
        const known = plain.get(cluster);
        if (known !== undefined) return known;
        const got = unpack(qcow, file.source, entry.word);
        plain.set(cluster, got, clusterBytes);
        return got;
      };
      return { endByte, stretch: { is: "block", load, skip } };
    }
    const at = qcow.version === 1 ? entry.word & 0x7fff_ffff_ffff_ffffn : entry.word & OFFSET_MASK;
    const stored: Stretch = { is: "stored", source: data.source, offsetBytes: Number(at) + skip };
    if (qcow.entryWords === 2) {
      const { end, is } = partRun(entry.parts, Math.floor((skip * 32) / clusterBytes));
      const partsEnd = endByte - clusterBytes + (end * clusterBytes) / 32;
      if (is === "parent") return parentStretch(parent, offsetBytes, partsEnd);
      if (is === "zero") return { endByte: partsEnd, stretch: { is } };
      return { endByte: partsEnd, stretch: at === 0n && qcow.dataFile === null ? BAD_TABLE : stored };
    }
    if (qcow.version === 3 && (entry.word & 1n) === 1n) return { endByte, stretch: { is: "zero" } };
    if (isNowhere(qcow, { at, entry: entry.word })) return parentStretch(parent, offsetBytes, endByte);
    return { endByte, stretch: stored };
  };
}

/** In a file of its own a cluster may stand at byte 0; then a flag says that it is there. */
function isNowhere({ dataFile }: Qcow, { at, entry }: { at: bigint; entry: bigint }): boolean {
  return at === 0n && (dataFile === null || entry >> 63n === 0n);
}

/** Parts of a cluster from one on that are alike. @see qcow2.rst, "Extended L2 Entries": bits 0-31 there, 32-63 zeros */
function partRun(parts: bigint, from: number): { end: number; is: "stored" | "zero" | "parent" } {
  const kind = (part: number): "stored" | "zero" | "parent" => {
    if (((parts >> (BigInt(part) + PARTS)) & 1n) === 1n) return "zero";
    return ((parts >> BigInt(part)) & 1n) === 1n ? "stored" : "parent";
  };
  const is = kind(from);
  let end = from + 1;
  while (end < Number(PARTS) && kind(end) === is) end++;
  return { end, is };
}

/** The L2 entry of a cluster, and the bits of its parts: 0 where its table is not there; null where that cannot be read. */
function clusterEntry(qcow: Qcow, words: TableWords, cluster: number): { word: bigint; parts: bigint } | null {
  const perTable = 2 ** qcow.l2Bits;
  const l1 = words.u64(qcow.l1At + Math.floor(cluster / perTable) * 8);
  if (l1 === null) return null;
  const l2At = qcow.version === 1 ? l1 : l1 & OFFSET_MASK;
  if (l2At === 0n) return { word: 0n, parts: 0n };
  const at = Number(l2At) + (cluster % perTable) * 8 * qcow.entryWords;
  const word = words.u64(at);
  const parts = qcow.entryWords === 2 ? words.u64(at + 8) : 0n;
  return word === null || parts === null ? null : { word, parts };
}

/** A compressed cluster. @see qcow2.rst, "Compressed Clusters Descriptor" */
function unpack(qcow: Qcow, source: ByteSource, entry: bigint): Uint8Array | Unread {
  const bits = BigInt(qcow.clusterBits);
  const clusterBytes = 2 ** qcow.clusterBits;
  const split = qcow.version === 1 ? 63n - bits : 62n - (bits - 8n);
  const at = Number(entry & ((1n << split) - 1n));
  const rest = Number((entry >> split) & ((1n << (qcow.version === 1 ? bits : bits - 8n)) - 1n));
  const length = qcow.version === 1 ? rest : (rest + 1) * 512 - (at % 512);
  const bytes = readPart(source, at, length);
  try {
    const limits = { maxOutputLength: clusterBytes };
    // The stream's last bytes may be of the next one: what matters is that the cluster comes out whole.
    const out = qcow.zstd
      ? inflateAtOnce(bytes.subarray(0, zstdFrameBytes(bytes)), "zstd", limits).bytes
      : inflateAtOnce(bytes, "raw", { ...limits, cut: true }).bytes;
    return out.length < clusterBytes ? { is: "unread", why: "input-error", code: "CHECKSUM" } : out;
  } catch {
    return { is: "unread", why: "input-error", code: "CHECKSUM" };
  }
}
