import type { ByteSource } from "#examination/sources";
import { type Fields, fields, readFields, readPart } from "./fields.ts";
import { latin } from "./latin.ts";

/** One run of a disk image: its place in the media, how it is kept, and where. */
export interface UdifRun {
  startByte: number;
  endByte: number;
  kind: number;
  at: number;
  length: number;
}

/** What the trailer and the block tables say. */
export interface Udif {
  sizeBytes: number;
  runs: UdifRun[];
}

const TRAILER_BYTES = 512;
const SECTOR = 512;
const PLIST_LIMIT_BYTES = 64 * 1024 * 1024;
const COMMENT = 0x7ffffffe;
const TERMINATOR = 0xffffffff;

/** The trailer, null where the file does not end in one. */
export function udifTrailer(source: ByteSource): Fields | null {
  const at = source.sizeBytes - TRAILER_BYTES;
  if (at < 0) return null;
  const record = fields(readPart(source, at, TRAILER_BYTES), false);
  return record.text(0, 4) === "koly" && record.u32(8) === TRAILER_BYTES ? record : null;
}

/**
 * Reads the block tables ("mish") out of the property list.
 *
 * @returns Null where they are not there or contradict themselves. Runs are sorted and do not overlap.
 */
export function readUdif(source: ByteSource, trailer: Fields): Udif | null {
  const [plistAt, plistBytes] = [trailer.u64(216), trailer.u64(224)];
  if (plistBytes === 0 || plistBytes > PLIST_LIMIT_BYTES) return null;
  const plist = latin(readPart(source, plistAt, plistBytes));
  const tables = /<key>blkx<\/key>\s*<array>([\s\S]*?)<\/array>/.exec(plist)?.[1] ?? "";
  const runs: UdifRun[] = [];
  for (const [, text = ""] of tables.matchAll(/<key>Data<\/key>\s*<data>([^<]*)<\/data>/g)) {
    const table = fields(base64(text), false);
    if (table.text(0, 4) !== "mish" || !readTable(table, trailer.u64(24), runs)) return null;
  }
  runs.sort((a, b) => a.startByte - b.startByte);
  const sizeBytes = Math.max(trailer.u64(492) * SECTOR, runs.at(-1)?.endByte ?? 0);
  const overlap = runs.some((run, i) => run.startByte < (runs[i - 1]?.endByte ?? 0));
  return runs.length === 0 || overlap || !Number.isSafeInteger(sizeBytes) ? null : { sizeBytes, runs };
}

function readTable(table: Fields, forkAt: number, runs: UdifRun[]): boolean {
  const [first, dataAt, count] = [table.u64(8), table.u64(24), table.u32(200)];
  for (let i = 0; i < count; i++) {
    const at = 204 + i * 40;
    if (at + 40 > table.bytes.length) return false;
    const kind = table.u32(at);
    if (kind === COMMENT) continue;
    if (kind === TERMINATOR) return true;
    const startByte = (first + table.u64(at + 8)) * SECTOR;
    const endByte = startByte + table.u64(at + 16) * SECTOR;
    const run = { startByte, endByte, kind, at: forkAt + dataAt + table.u64(at + 24), length: table.u64(at + 32) };
    if (![startByte, endByte, run.at, run.length].every(Number.isSafeInteger)) return false;
    if (endByte > startByte) runs.push(run);
  }
  return true;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SIXES = new Uint8Array(256).fill(255);
for (let i = 0; i < DIGITS.length; i++) SIXES[DIGITS.charCodeAt(i)] = i;

/** Bytes of a text in base64, character by character: a table may be a million runs long. Other characters are passed over. */
function base64(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let [length, bits, held] = [0, 0, 0];
  for (let i = 0; i < text.length; i++) {
    const six = SIXES[text.charCodeAt(i) & 255] ?? 255;
    if (six === 255) continue;
    held = ((held << 6) | six) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length++] = held >> bits;
  }
  return bytes.subarray(0, length);
}

/** Whether a file is an encrypted disk image (version 2; version 1 has its mark at the end). */
export function isEncryptedUdif(source: ByteSource): boolean {
  const tail = readFields(source, Math.max(0, source.sizeBytes - 8), 8);
  return readFields(source, 0, 8).text(0, 8) === "encrcdsa" || tail.text(0, 8) === "cdsaencr";
}
