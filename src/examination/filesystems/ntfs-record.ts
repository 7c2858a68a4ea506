import { recordRef, saysAt, u16, u32, u64, utf16Text } from "./ntfs-fields.ts";

/** A record of the master file table whose sectors belong together. */
export interface NtfsRecord {
  number: number;
  sequence: number;
  /** Number of the last entry of the volume's log that changed it; 0 where the writer keeps none. */
  logNumber: number;
  inUse: boolean;
  directory: boolean;
  /** The record this one carries on; null for a first record. */
  base: { record: number; sequence: number } | null;
  bytes: Uint8Array;
  /** Where it stands in the volume. */
  atByte: number;
}

/** Types of attributes that are read here. */
export const ATTRIBUTE = {
  standardInformation: 0x10,
  attributeList: 0x20,
  fileName: 0x30,
  volumeName: 0x60,
  content: 0x80,
  indexRoot: 0x90,
  indexAllocation: 0xa0,
  bitmap: 0xb0,
  reparsePoint: 0xc0,
} as const;

/** One attribute, or one piece of an attribute that has its clusters in several. */
export interface NtfsAttribute {
  type: number;
  name: string;
  compressed: boolean;
  encrypted: boolean;
  /** The bytes themselves, where they stand in the record. */
  value: Uint8Array | null;
  /** Else: where the clusters are told, the first of them, and the sizes (told by the piece that starts at 0). */
  runBytes: Uint8Array;
  lowCluster: number;
  sizeBytes: number;
  validBytes: number;
  /** Clusters that are compressed together; 0: none. */
  unitClusters: number;
}

const NO_BYTES = new Uint8Array(0);
const ATTRIBUTES_LIMIT = 2048;

/**
 * Restores the last two bytes of each sector of a structure, in place.
 *
 * @returns Whether all its sectors were written together.
 */
export function restoreSectors(bytes: Uint8Array): boolean {
  const at = u16(bytes, 4);
  const count = u16(bytes, 6);
  if (count < 2 || at + 2 * count > bytes.length || (count - 1) * 512 > bytes.length) return false;
  const check = u16(bytes, at);
  for (let i = 1; i < count; i++) {
    const end = i * 512 - 2;
    if (u16(bytes, end) !== check) return false;
    bytes[end] = bytes[at + 2 * i] ?? 0;
    bytes[end + 1] = bytes[at + 2 * i + 1] ?? 0;
  }
  return true;
}

/** Reads a record, restoring its sectors in place; "none" where no record ever stood, "damaged" where it is torn. */
export function readRecord(bytes: Uint8Array, at: { number: number; byte: number }): NtfsRecord | "none" | "damaged" {
  if (!saysAt(bytes, 0, "FILE")) return saysAt(bytes, 0, "BAAD") ? "damaged" : "none";
  if (!restoreSectors(bytes)) return "damaged";
  const flags = u16(bytes, 22);
  const base = recordRef(bytes, 32);
  return {
    number: at.number,
    sequence: u16(bytes, 16),
    logNumber: u64(bytes, 8),
    inUse: (flags & 1) !== 0,
    directory: (flags & 2) !== 0,
    base: base.record === 0 && base.sequence === 0 ? null : base,
    bytes,
    atByte: at.byte,
  };
}

/** The attributes that stand in one record, in its order; ends at the first that cannot be one. */
export function attributesIn(record: NtfsRecord): NtfsAttribute[] {
  const { bytes } = record;
  const found: NtfsAttribute[] = [];
  let at = u16(bytes, 20);
  while (found.length < ATTRIBUTES_LIMIT && at + 16 <= bytes.length) {
    const type = u32(bytes, at);
    const length = u32(bytes, at + 4);
    if (type === 0xffffffff || type === 0 || length < 24 || length % 8 !== 0 || at + length > bytes.length) break;
    const attribute = readAttribute(bytes.subarray(at, at + length), type);
    if (attribute !== null) found.push(attribute);
    at += length;
  }
  return found;
}

function readAttribute(bytes: Uint8Array, type: number): NtfsAttribute | null {
  const nameUnits = bytes[9] ?? 0;
  const nameAt = u16(bytes, 10);
  if (nameUnits > 0 && nameAt + 2 * nameUnits > bytes.length) return null;
  const flags = u16(bytes, 12);
  const attribute: NtfsAttribute = {
    type,
    name: nameUnits === 0 ? "" : utf16Text(bytes, nameAt, nameUnits),
    compressed: (flags & 0xff) !== 0,
    encrypted: (flags & 0x4000) !== 0,
    value: null,
    runBytes: NO_BYTES,
    lowCluster: 0,
    sizeBytes: 0,
    validBytes: 0,
    unitClusters: 0,
  };
  return bytes[8] === 0 ? withValue(attribute, bytes) : withClusters(attribute, bytes);
}

function withValue(attribute: NtfsAttribute, bytes: Uint8Array): NtfsAttribute | null {
  const length = u32(bytes, 16);
  const at = u16(bytes, 20);
  if (at + length > bytes.length) return null;
  attribute.value = bytes.subarray(at, at + length);
  attribute.sizeBytes = attribute.validBytes = length;
  return attribute;
}

function withClusters(attribute: NtfsAttribute, bytes: Uint8Array): NtfsAttribute | null {
  const runsAt = u16(bytes, 32);
  if (bytes.length < 64 || runsAt < 64 || runsAt > bytes.length) return null;
  attribute.runBytes = bytes.subarray(runsAt);
  attribute.lowCluster = u64(bytes, 16);
  attribute.sizeBytes = u64(bytes, 48);
  attribute.validBytes = u64(bytes, 56);
  const unit = u16(bytes, 34) & 0xff;
  attribute.unitClusters = unit > 0 && unit <= 16 ? 2 ** unit : 0;
  return Number.isSafeInteger(attribute.lowCluster) ? attribute : null;
}
