import { toHex } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { crc32c } from "./crc32c.ts";
import { type Fields, readFields, readPart } from "./fields.ts";
import { utf16 } from "./latin.ts";
import { withLog } from "./vhdx-log.ts";

/** What the headers and metadata of a VHDX say. */
export interface Vhdx {
  /** The file with the changes of its log. */
  source: ByteSource;
  sizeBytes: number;
  blockBytes: number;
  sectorBytes: number;
  batAt: number;
  batBytes: number;
  hasParent: boolean;
  parents: string[];
  parentLinkage: string;
  /** The write identifier by which children know this file. */
  linkage: string;
}

const HEADERS = [64 * 1024, 128 * 1024];
const REGION_TABLES = [192 * 1024, 256 * 1024];
const BAT = "2dc27766-f623-4200-9d64-115e9bfd4a08";
const METADATA = "8b7ca206-4790-4b9a-b8fe-575f050f886e";
const FILE_PARAMETERS = "caa16737-fa36-4d43-b3b6-33f0aa44e76b";
const DISK_SIZE = "2fa54224-cd1b-4876-b211-5dbed83bf4b8";
const SECTOR_SIZE = "8141bf1d-a96f-4709-ba47-f233a8faab5f";
const PARENT_LOCATOR = "a8d35f2d-b30b-454d-abf7-d3d84834ab0c";

/**
 * Reads headers, regions and metadata.
 *
 * @returns "log" where changes wait in a log that does not hold together, so that the file is not the disk; "damaged" where nothing holds.
 * @see MS-VHDX 8.0
 */
export function readVhdx(file: ByteSource): Vhdx | "log" | "damaged" {
  const header = HEADERS.map((at) => readFields(file, at, 4096))
    .filter((record) => record.text(0, 4) === "head" && crc32c(record.bytes, 4) === record.u32(4))
    .sort((a, b) => b.u64(8) - a.u64(8))[0];
  if (header === undefined) return "damaged";
  const source = guid(header, 48) === NO_GUID ? file : withLog(file, header);
  if (source === null) return "log";
  const regions = REGION_TABLES.map((at) => readFields(source, at, 64 * 1024)).find(
    (record) => record.text(0, 4) === "regi" && crc32c(record.bytes, 4) === record.u32(4),
  );
  if (regions === undefined) return "damaged";
  const region = (wanted: string): { at: number; bytes: number } | null => {
    for (let i = 0; i < Math.min(2047, regions.u32(8)); i++) {
      const entry = 16 + i * 32;
      if (guid(regions, entry) === wanted) return { at: regions.u64(entry + 16), bytes: regions.u32(entry + 24) };
    }
    return null;
  };
  const [bat, metadata] = [region(BAT), region(METADATA)];
  if (bat === null || metadata === null) return "damaged";
  return readMetadata(source, { bat, metadata, linkage: guid(header, 32) });
}

const NO_GUID = "00000000-0000-0000-0000-000000000000";

/** A GUID as text; its first three parts are little-endian. */
function guid(record: Fields, at: number): string {
  const tail = toHex(record.bytes.subarray(at + 8, at + 16));
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");
  const head = [hex(record.u32(at), 8), hex(record.u16(at + 4), 4), hex(record.u16(at + 6), 4)];
  return [...head, tail.slice(0, 4), tail.slice(4)].join("-");
}

interface Regions {
  bat: { at: number; bytes: number };
  metadata: { at: number; bytes: number };
  linkage: string;
}

function readMetadata(source: ByteSource, { bat, metadata, linkage }: Regions): Vhdx | "damaged" {
  const table = readFields(source, metadata.at, 64 * 1024);
  if (table.text(0, 8) !== "metadata") return "damaged";
  const item = (wanted: string): Fields | null => {
    for (let i = 0; i < Math.min(2047, table.u16(10)); i++) {
      const entry = 32 + i * 32;
      if (guid(table, entry) !== wanted) continue;
      return readFields(source, metadata.at + table.u32(entry + 16), Math.min(table.u32(entry + 20), 1024 * 1024));
    }
    return null;
  };
  const [parameters, size, sector] = [item(FILE_PARAMETERS), item(DISK_SIZE), item(SECTOR_SIZE)];
  const hasParent = ((parameters?.u32(4) ?? 0) & 2) !== 0;
  const locator = hasParent ? item(PARENT_LOCATOR) : null;
  const entries = locator === null ? {} : locatorEntries(locator);
  const vhdx: Vhdx = {
    source,
    sizeBytes: size?.u64(0) ?? 0,
    blockBytes: parameters?.u32(0) ?? 0,
    sectorBytes: sector?.u32(0) ?? 0,
    batAt: bat.at,
    batBytes: bat.bytes,
    hasParent,
    parents: ["relative_path", "volume_path", "absolute_win32_path"].flatMap((key) => entries[key] ?? []),
    parentLinkage: (entries["parent_linkage"] ?? "").replace(/[{}]/g, "").toLowerCase(),
    linkage,
  };
  return sound(vhdx) ? vhdx : "damaged";
}

function sound({ sizeBytes, blockBytes, sectorBytes }: Vhdx): boolean {
  const megabytes = blockBytes / (1024 * 1024);
  return (
    Number.isSafeInteger(sizeBytes) &&
    (sectorBytes === 512 || sectorBytes === 4096) &&
    Number.isInteger(Math.log2(megabytes)) &&
    megabytes <= 256
  );
}

/** Keys and values of a parent locator. */
function locatorEntries(locator: Fields): Record<string, string> {
  const entries: Record<string, string> = {};
  for (let i = 0; i < Math.min(64, locator.u16(18)); i++) {
    const at = 20 + i * 12;
    const part = (offset: number, length: number): string =>
      utf16(locator.bytes.subarray(offset, offset + length), true);
    entries[part(locator.u32(at), locator.u16(at + 8))] = part(locator.u32(at + 4), locator.u16(at + 10));
  }
  return entries;
}

/** Whether a file begins as a VHDX does. */
export function isVhdx(source: ByteSource): boolean {
  return readPart(source, 0, 8).join() === [118, 104, 100, 120, 102, 105, 108, 101].join();
}
