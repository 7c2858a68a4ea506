import { inflateAtOnce } from "#base/unpacking/node";
import { toHex } from "#base/values";
import { adler32 } from "./adler32.ts";
import type { EwfSection, EwfSegment } from "./ewf-sections.ts";
import { fields, filePlace, readPart } from "./fields.ts";
import type { Acquisition, ImageProblem } from "./image.ts";
import { latin } from "./latin.ts";

/** What the set says of its media. */
export interface EwfVolume {
  chunks: number;
  chunkBytes: number;
  sectorBytes: number;
  sectors: number;
}

const HEADER_BYTES_LIMIT = 1024 * 1024;
const CHUNK_BYTES_LIMIT = 64 * 1024 * 1024;
const BAD_RANGES_LIMIT = 1_000_000;

/** Abbreviations of the header's columns. @see Metz, EWF specification, "Header section" */
const FACTS: Record<string, string> = {
  c: "case",
  n: "evidence",
  a: "description",
  e: "examiner",
  t: "notes",
  av: "software",
  ov: "system",
  m: "acquiredAt",
  u: "systemAt",
  md: "model",
  sn: "serial",
};

/** The volume of a set, from its volume or disk section, else from a data section; null where none holds. */
export function ewfVolume(segments: readonly EwfSegment[], problems: ImageProblem[]): EwfVolume | null {
  const named = (types: string[]): { segment: EwfSegment; section: EwfSection }[] =>
    segments.flatMap((segment) =>
      segment.sections.filter(({ type }) => types.includes(type)).map((section) => ({ segment, section })),
    );
  for (const { segment, section } of [...named(["volume", "disk"]), ...named(["data"])]) {
    const volume = readVolume(segment, section, problems);
    if (volume !== null) return volume;
  }
  return null;
}

function readVolume(segment: EwfSegment, section: EwfSection, problems: ImageProblem[]): EwfVolume | null {
  const length = Math.min(1052, section.endByte - section.dataByte);
  const record = fields(readPart(segment.file.source, section.dataByte, length));
  // The old and SMART form has 94 bytes and a sector count of 32 bits.
  const small = record.bytes.length < 1052;
  const checked = small ? 90 : 1048;
  const sound = adler32(record.bytes.subarray(0, checked)) === record.u32(checked);
  if (!sound) problems.push({ place: filePlace(segment.file.name, section.dataByte), what: "checksum", values: {} });
  const sectorBytes = record.u32(12);
  const chunkBytes = record.u32(8) * sectorBytes;
  const sectors = small ? record.u32(16) : record.u64(16);
  if (!(sectorBytes > 0 && chunkBytes > 0 && chunkBytes <= CHUNK_BYTES_LIMIT)) return null;
  if (!Number.isSafeInteger(sectors * sectorBytes)) return null;
  const chunks = record.u32(4);
  return { chunks, chunkBytes, sectorBytes, sectors: sectors === 0 ? chunks * record.u32(8) : sectors };
}

/** Digests, unreadable sectors and the header's columns of a set. */
export function ewfAcquisition(
  segments: readonly EwfSegment[],
  sectorBytes: number,
  problems: ImageProblem[],
): Acquisition {
  const acquisition: Acquisition = { hashes: [], badSectors: [], facts: {} };
  for (const segment of segments) {
    for (const section of segment.sections) {
      const part = { segment, section, problems, acquisition };
      if (section.type === "hash" || section.type === "digest") readDigests(part);
      else if (section.type === "error2") readBadSectors(part, sectorBytes);
      else if (section.type === "header" || section.type === "header2") readHeader(part);
    }
  }
  return acquisition;
}

interface Part {
  segment: EwfSegment;
  section: EwfSection;
  problems: ImageProblem[];
  acquisition: Acquisition;
}

function readDigests({ segment, section, problems, acquisition }: Part): void {
  const record = fields(
    readPart(segment.file.source, section.dataByte, Math.min(80, section.endByte - section.dataByte)),
  );
  const place = filePlace(segment.file.name, section.dataByte);
  const checked = section.type === "hash" ? 32 : 76;
  if (adler32(record.bytes.subarray(0, checked)) !== record.u32(checked)) {
    problems.push({ place, what: "checksum", values: {} });
    return;
  }
  const stored = [{ algorithm: "md5" as const, digest: toHex(record.bytes.subarray(0, 16)) }];
  const sha1 = toHex(record.bytes.subarray(16, 36));
  const all = section.type === "hash" ? stored : [...stored, { algorithm: "sha1" as const, digest: sha1 }];
  for (const { algorithm, digest } of all) {
    if (/^0*$/.test(digest)) continue;
    const known = acquisition.hashes.find((hash) => hash.algorithm === algorithm);
    if (known === undefined) acquisition.hashes.push({ algorithm, digest });
    else if (known.digest !== digest) problems.push({ place, what: "digests-differ", values: { algorithm } });
  }
}

function readBadSectors({ segment, section, problems, acquisition }: Part, sectorBytes: number): void {
  const { source, name } = segment.file;
  const place = filePlace(name, section.dataByte);
  const count = fields(readPart(source, section.dataByte, 520));
  const entries = count.u32(0);
  const at = section.dataByte + 520;
  const listed = Math.min(entries, Math.floor((section.endByte - at) / 8), BAD_RANGES_LIMIT);
  const record = fields(readPart(source, at, listed * 8 + 4));
  const sound = adler32(count.bytes.subarray(0, 516)) === count.u32(516);
  if (!sound || listed !== entries || adler32(record.bytes.subarray(0, listed * 8)) !== record.u32(listed * 8)) {
    problems.push({ place, what: "checksum", values: {} });
  }
  for (let i = 0; i < listed; i++) {
    const [first, sectors] = [record.u32(i * 8), record.u32(i * 8 + 4)];
    if (sectors > 0)
      acquisition.badSectors.push({ startByte: first * sectorBytes, lengthBytes: sectors * sectorBytes });
  }
}

function readHeader({ segment, section, problems, acquisition }: Part): void {
  const { source, name } = segment.file;
  const packed = readPart(source, section.dataByte, Math.min(HEADER_BYTES_LIMIT, section.endByte - section.dataByte));
  let plain: Uint8Array;
  try {
    plain = inflateAtOnce(packed, "zlib", { maxOutputLength: HEADER_BYTES_LIMIT }).bytes;
  } catch {
    problems.push({ place: filePlace(name, section.dataByte), what: "header", values: {} });
    return;
  }
  const wide = section.type === "header2" || (plain[0] === 0xff && plain[1] === 0xfe);
  const lines = (wide ? new TextDecoder("utf-16le").decode(plain) : latin(plain)).split(/\r?\n/);
  const keys = (lines[2] ?? "").split("\t");
  const values = (lines[3] ?? "").split("\t");
  for (const [i, key] of keys.entries()) {
    const fact = FACTS[key];
    const value = (values[i] ?? "").trim().slice(0, 1024);
    if (fact !== undefined && value !== "" && acquisition.facts[fact] === undefined) {
      acquisition.facts[fact] = fact.endsWith("At") ? headerTime(value) : value;
    }
  }
}

/** header2 counts seconds; header writes "2010 4 16 10:15:32" without a zone: that stays as it is. */
function headerTime(value: string): string {
  return /^\d{5,11}$/.test(value) ? new Date(Number(value) * 1000).toISOString() : value;
}
