import { tampered } from "./filter-file-layout.ts";
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from "./filter-header.ts";
import type { ShardAddress } from "./fuse-place.ts";
import { CHECK_CELL_BYTES, SCAN_CELL_BYTES, type ShardShape } from "./fuse-shape.ts";

// The sealed payload, opened (docs/formats/filter.md): "PHUMSET1" | u32 sections, u32 0 | SHA-256 of the header | table of sections,
// 24 B each: u32 kind, u32 number, u64 offset, u64 length | sections, each at a multiple of 16.

const MAGIC = "PHUMSET1";
const HEAD_BYTES = 48;
const ENTRY_BYTES = 24;
const SECTIONS_MAX = 512;
const HEADER_DIGEST_BYTES = 32;
export const KEY_BYTES = 32;
export const SIZE_TAG_BYTES = 8;
export const DIGEST_TAG_BYTES = 16;
/** Synthetic blocks whose fingerprints stand in every filter. */
export const VECTOR_BLOCKS = 16;
/** Fingerprints of the set that a reader looks up before it trusts a set in memory: at most so many. */
export const MEMBERS_MAX = 16;
/** Per shard, before its planes: u64 seed, u32 length, u32 span, u32 cells, u32 keys, u64 0. */
const SHARD_HEAD_BYTES = 32;

const KIND = { keys: 1, vectors: 2, sizes: 3, digests: 4, shard: 5, likeness: 6, lists: 7 } as const;
export type SectionKind = keyof typeof KIND;

/** A piece of the payload. `number`: a shard's, a digest algorithm's place in DIGEST_ALGORITHMS, a table of foreign lists; else 0. */
export interface Section {
  kind: SectionKind;
  number: number;
  offset: number;
  length: number;
}

/** Lays sections out one after another. @returns them with their offsets, and the payload's length. */
export function laySections(wanted: Omit<Section, "offset">[]): { sections: Section[]; plainBytes: number } {
  let offset = aligned(HEAD_BYTES + ENTRY_BYTES * wanted.length);
  const sections = wanted.map((section) => {
    const laid = { ...section, offset };
    offset = aligned(offset + section.length);
    return laid;
  });
  return { sections, plainBytes: offset };
}

/** The payload's head: everything before the first section. */
export function encodeHead(headerDigest: Uint8Array, sections: Section[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(aligned(HEAD_BYTES + ENTRY_BYTES * sections.length));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  view.setUint32(8, sections.length, true);
  bytes.set(headerDigest, 16);
  for (const [i, { kind, number, offset, length }] of sections.entries()) {
    const at = HEAD_BYTES + ENTRY_BYTES * i;
    view.setUint32(at, KIND[kind], true);
    view.setUint32(at + 4, number, true);
    view.setBigUint64(at + 8, BigInt(offset), true);
    view.setBigUint64(at + 16, BigInt(length), true);
  }
  return bytes;
}

/** Fills an array with plain bytes from an offset. */
export type ReadInto = (target: Uint8Array, offset: number) => void;

/** A payload's head, read. */
export interface PayloadTable {
  headerDigest: Uint8Array;
  sections: Section[];
  place: string;
}

/**
 * Reads the payload's head. Sections of unknown kind are passed over.
 *
 * @throws {Fault} filter/tampered.
 */
export function readHead(readInto: ReadInto, plainBytes: number, place: string): PayloadTable {
  const wrong = (): Error => tampered(place, "the payload's table is not of its form");
  if (plainBytes < HEAD_BYTES) throw wrong();
  const head = new Uint8Array(HEAD_BYTES);
  readInto(head, 0);
  const count = new DataView(head.buffer).getUint32(8, true);
  if (String.fromCharCode(...head.subarray(0, 8)) !== MAGIC || count > SECTIONS_MAX) throw wrong();
  if (HEAD_BYTES + ENTRY_BYTES * count > plainBytes) throw wrong();
  const table = new Uint8Array(ENTRY_BYTES * count);
  readInto(table, HEAD_BYTES);
  const view = new DataView(table.buffer);
  const sections: Section[] = [];
  for (let at = 0; at < table.length; at += ENTRY_BYTES) {
    const kind = (Object.keys(KIND) as SectionKind[]).find((name) => KIND[name] === view.getUint32(at, true));
    const offset = Number(view.getBigUint64(at + 8, true));
    const length = Number(view.getBigUint64(at + 16, true));
    if (offset % 16 !== 0 || offset + length > plainBytes) throw wrong();
    if (kind !== undefined) sections.push({ kind, number: view.getUint32(at + 4, true), offset, length });
  }
  return { headerDigest: head.slice(16, 16 + HEADER_DIGEST_BYTES), sections, place };
}

/** The section of a kind that a payload need not have; null: it has none. */
export function optionalSection({ sections }: PayloadTable, kind: SectionKind): Section | null {
  return sections.find((candidate) => candidate.kind === kind && candidate.number === 0) ?? null;
}

/** The one section of a kind and number. @throws {Fault} filter/tampered when it is missing. */
export function sectionOf({ sections, place }: PayloadTable, kind: SectionKind, number: number): Section {
  const section = sections.find((candidate) => candidate.kind === kind && candidate.number === number);
  if (section === undefined) throw tampered(place, `the payload lacks its section ${kind} ${number}`);
  return section;
}

/** A shard as the payload holds it. */
export interface StoredShard extends ShardAddress, ShardShape {
  /** Where its scanned plane begins in the payload; the second plane follows it. */
  scanAt: number;
  checkAt: number;
}

/** Bytes of a shard's section. */
export function shardSectionBytes({ cells }: ShardShape): number {
  return SHARD_HEAD_BYTES + cells * (SCAN_CELL_BYTES + CHECK_CELL_BYTES);
}

/** The head of a shard's section. */
export function encodeShardHead(seed: bigint, shape: ShardShape, keys: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SHARD_HEAD_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, seed, true);
  for (const [i, value] of [shape.length, shape.span, shape.cells, keys].entries())
    view.setUint32(8 + 4 * i, value, true);
  return bytes;
}

/**
 * Reads the head of a shard's section; a shape that would address cells outside the section is refused.
 *
 * @throws {Fault} filter/tampered.
 */
export function readShardHead(readInto: ReadInto, section: Section, place: string): StoredShard {
  const wrong = (): Error => tampered(place, `shard ${section.number} is not of its form`);
  if (section.length < SHARD_HEAD_BYTES) throw wrong();
  const head = new Uint8Array(SHARD_HEAD_BYTES);
  readInto(head, section.offset);
  const view = new DataView(head.buffer);
  const [length, span, cells] = [view.getUint32(8, true), view.getUint32(12, true), view.getUint32(16, true)];
  const isPower = length >= 4 && length <= 2 ** 18 && Number.isInteger(Math.log2(length));
  if (!isPower || span < length || span % length !== 0 || cells !== span + 2 * length) throw wrong();
  if (section.length !== shardSectionBytes({ length, span, cells })) throw wrong();
  const scanAt = section.offset + SHARD_HEAD_BYTES;
  return { seed: view.getBigUint64(0, true), length, span, cells, scanAt, checkAt: scanAt + cells * SCAN_CELL_BYTES };
}

/** A digest algorithm's number in the payload. */
export function algorithmNumber(algorithm: DigestAlgorithm): number {
  return DIGEST_ALGORITHMS.indexOf(algorithm);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
