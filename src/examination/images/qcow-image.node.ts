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
import { mappedMedia, type StretchAt, type Unread } from "./mapped-media.ts";
import { BAD_TABLE, isOpen, parentOf, parentStretch } from "./parents.ts";
import { type TableWords, tableWords } from "./table-words.ts";
import { zstdFrameBytes } from "./zstd-frame.ts";

const CLUSTERS_BUDGET_BYTES = 16 * 1024 * 1024;
const BACKING_NAME_LIMIT = 1023;

/** A QCOW's shape, of version 1, 2 or 3. */
interface Qcow {
  version: number;
  sizeBytes: number;
  clusterBits: number;
  l2Bits: number;
  l1At: number;
  l1Entries: number;
  zstd: boolean;
  backing: string | null;
  snapshots: number;
}

/**
 * Opens a QEMU image: qcow2 (versions 2 and 3) and qcow (version 1), compressed clusters and backing files included.
 *
 * @returns Null where the file is none; refusals for encryption, external data files and extended L2 entries.
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
  const acquisition = noAcquisition();
  if (qcow.snapshots > 0) acquisition.facts["snapshots"] = String(qcow.snapshots);
  return {
    format: "qcow2",
    variant: `version ${qcow.version}`,
    files: [file.name, ...(parent?.files ?? [])],
    media: mappedMedia(qcow.sizeBytes, clusterReader(qcow, file.source, parent?.media ?? null)),
    unread: [],
    acquisition,
    problems: [...(parent?.problems ?? [])],
  };
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
    backing: backingName(source, head),
    snapshots: 0,
  };
}

function readQcow2(head: Fields, source: ByteSource): Qcow | Refusal {
  const version = head.u32(4);
  const features = version >= 3 ? head.u64(72) : 0;
  if (version > 3) return { refused: "qcow2-feature", values: { feature: `version ${version}` } };
  if (head.u32(32) !== 0) return { refused: "qcow2-encrypted", values: {} };
  if ((features & 4) !== 0) return { refused: "qcow2-data-file", values: {} };
  // Dirty and corrupt (1, 2) stand for reference counts, which reading does not use; 8 names the compression.
  if (features > 15) return { refused: "qcow2-feature", values: { feature: features } };
  const compression = version >= 3 && head.u32(100) > 104 ? head.u8(104) : 0;
  if (compression > 1) return { refused: "qcow2-feature", values: { feature: `compression ${compression}` } };
  return {
    version,
    sizeBytes: head.u64(24),
    clusterBits: head.u32(20),
    l2Bits: head.u32(20) - 3,
    l1At: head.u64(40),
    l1Entries: head.u32(36),
    zstd: compression === 1,
    backing: backingName(source, head),
    snapshots: head.u32(60),
  };
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

function clusterReader(qcow: Qcow, source: ByteSource, parent: ByteSource | null): StretchAt {
  const words = tableWords(source, false);
  const plain = budgetCache<Uint8Array | Unread>(CLUSTERS_BUDGET_BYTES);
  const clusterBytes = 2 ** qcow.clusterBits;
  const packedFlag = qcow.version === 1 ? 63n : 62n;
  return (offsetBytes) => {
    const cluster = Math.floor(offsetBytes / clusterBytes);
    const endByte = (cluster + 1) * clusterBytes;
    const skip = offsetBytes - cluster * clusterBytes;
    const entry = clusterEntry(qcow, words, cluster);
    if (entry === null) return { endByte, stretch: BAD_TABLE };
    if (((entry >> packedFlag) & 1n) === 1n) {
      const load = (): Uint8Array | Unread => {
        const known = plain.get(cluster);
        if (known !== undefined) return known;
        const got = unpack(qcow, source, entry);
        plain.set(cluster, got, clusterBytes);
        return got;
      };
      return { endByte, stretch: { is: "block", load, skip } };
    }
    const at = qcow.version === 1 ? entry & 0x7fff_ffff_ffff_ffffn : entry & OFFSET_MASK;
    if (qcow.version === 3 && (entry & 1n) === 1n) return { endByte, stretch: { is: "zero" } };
    if (at === 0n) return parentStretch(parent, offsetBytes, endByte);
    return { endByte, stretch: { is: "stored", source, offsetBytes: Number(at) + skip } };
  };
}

/** The L2 entry of a cluster: 0 where its table is not there. */
function clusterEntry(qcow: Qcow, words: TableWords, cluster: number): bigint | null {
  const perTable = 2 ** qcow.l2Bits;
  const l1 = words.u64(qcow.l1At + Math.floor(cluster / perTable) * 8);
  if (l1 === null) return null;
  const l2At = qcow.version === 1 ? l1 : l1 & OFFSET_MASK;
  return l2At === 0n ? 0n : words.u64(Number(l2At) + (cluster % perTable) * 8);
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
