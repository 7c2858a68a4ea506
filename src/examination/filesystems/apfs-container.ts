import { type ApfsBlocks, apfsBlocks, openObjectMap } from "./apfs-object.ts";
import { saysAt, u32, u64 } from "./ntfs-fields.ts";
import type { NoteProblem } from "./problem.ts";
import type { VolumeReader } from "./volume-bytes.ts";

// @see Apple File System Reference (2020-06-22): "Container", "Volumes"

/** A volume of a container, as its superblock of one transaction tells. */
export interface ApfsVolume {
  oid: number;
  label: string | null;
  blocks: ApfsBlocks;
  xid: number;
  encrypted: boolean;
  /** What keeps its files from being read as they are: sealed, not fully restored. */
  unknown: string | null;
  hashedNames: boolean;
  rootTree: number;
  snapshotTree: number;
  /** Of an earlier checkpoint, whose blocks may be others' now: an object must say that it is the one that is wanted. */
  strict: boolean;
  /** Where a virtual object of the volume stands. */
  place(oid: number): number | null;
  map(oid: number, xid: number): number | null;
}

export interface ApfsContainer {
  blocks: ApfsBlocks;
  sizeBytes: number;
  /** The superblock in use. */
  head: Uint8Array;
  volumes: ApfsVolume[];
  /** Superblocks of earlier checkpoints that are left, the newest first. */
  earlier: Uint8Array[];
  read: VolumeReader;
}

const MOST_VOLUMES = 100;
const MOST_DESCRIPTORS = 65_536;
const decoder = new TextDecoder();

/** The container in a partition, by its newest checkpoint whose checksums hold; null where there is none. */
export function readApfsContainer(read: VolumeReader, note: NoteProblem): ApfsContainer | null {
  const first = read(0, 4096);
  const blockBytes = u32(first, 36);
  const count = u64(first, 40);
  if (!saysAt(first, 32, "NXSB") || blockBytes < 4096 || blockBytes > 65_536 || (blockBytes & (blockBytes - 1)) !== 0)
    return null;
  if (!(count > 0) || !Number.isSafeInteger(count * blockBytes)) return null;
  const blocks = apfsBlocks(read, { blockBytes, blocks: count });
  const whole = blocks.object(0);
  if (whole === null) note("header-checksum", 0);
  const heads = checkpoints(blocks, whole ?? first);
  for (const [at, head] of heads.entries()) {
    const place = openObjectMap(blocks, u64(head, 160));
    const volumes: ApfsVolume[] = [];
    for (let i = 0; i < Math.min(u32(head, 180), MOST_VOLUMES); i++) {
      const oid = u64(head, 184 + i * 8);
      const block = oid === 0 ? null : place(oid, u64(head, 16));
      const bytes = block === null ? null : blocks.object(block);
      if (bytes !== null && saysAt(bytes, 32, "APSB")) volumes.push(apfsVolume(blocks, bytes));
      else if (oid !== 0) note("volume-missing", null, { volume: i + 1 });
    }
    if (volumes.length > 0 || u64(head, 184) === 0)
      return {
        blocks,
        sizeBytes: count * blockBytes,
        head,
        volumes,
        earlier: earlierThan(head, heads.slice(at + 1)),
        read,
      };
  }
  note("table-missing", 0);
  return { blocks, sizeBytes: count * blockBytes, head: first, volumes: [], earlier: [], read };
}

/** Superblocks in the ring of checkpoints whose checksums hold, the newest first; last the one at the start. */
function checkpoints(blocks: ApfsBlocks, first: Uint8Array): Uint8Array[] {
  const base = u64(first, 112);
  const found: Uint8Array[] = [];
  for (let i = 0; i < Math.min(u32(first, 104), MOST_DESCRIPTORS); i++) {
    const bytes = blocks.object(base + i);
    if (bytes !== null && saysAt(bytes, 32, "NXSB") && u32(bytes, 36) === blocks.blockBytes) found.push(bytes);
  }
  return [...found.sort((a, b) => u64(b, 16) - u64(a, 16)), first];
}

/** Superblocks of earlier transactions, each once. */
function earlierThan(head: Uint8Array, others: readonly Uint8Array[]): Uint8Array[] {
  const seen = new Set([u64(head, 16)]);
  return others.filter((other) => {
    const xid = u64(other, 16);
    const isNew = xid < u64(head, 16) && !seen.has(xid);
    seen.add(xid);
    return isNew;
  });
}

const INCOMPATIBLE = { caseless: 1, restoring: 0x10, normalless: 8, sealed: 0x20 } as const;
const UNENCRYPTED = 1;

/** A volume by its superblock; `snapshot`: the volume it is one of, whose map it shares, and its transaction; `strict`: of an earlier checkpoint. */
export function apfsVolume(
  blocks: ApfsBlocks,
  bytes: Uint8Array,
  snapshot?: { of: ApfsVolume; xid: number } | { strict: true },
): ApfsVolume {
  const shared = snapshot !== undefined && "of" in snapshot ? snapshot : null;
  const xid = shared?.xid ?? u64(bytes, 16);
  const incompatible = u32(bytes, 56);
  const name = bytes.subarray(704, 960);
  const label = decoder.decode(name.subarray(0, Math.max(0, name.indexOf(0))));
  const map = shared?.of.map ?? openObjectMap(blocks, u64(bytes, 128));
  const sealed = (incompatible & INCOMPATIBLE.sealed) !== 0;
  return {
    oid: u64(bytes, 8),
    label: label === "" ? null : label,
    strict: snapshot !== undefined && "strict" in snapshot,
    blocks,
    xid,
    encrypted: (u32(bytes, 264) & UNENCRYPTED) === 0,
    unknown: sealed ? "sealed volume" : (incompatible & INCOMPATIBLE.restoring) !== 0 ? "incomplete restore" : null,
    hashedNames: (incompatible & (INCOMPATIBLE.caseless | INCOMPATIBLE.normalless)) !== 0,
    rootTree: u64(bytes, 136),
    snapshotTree: u64(bytes, 152),
    map,
    place: (oid) => map(oid, xid),
  };
}
