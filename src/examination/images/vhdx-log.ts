import { toHex } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { crc32c } from "./crc32c.ts";
import { type Fields, fields, readPart } from "./fields.ts";
import { mappedMedia, type Stretch } from "./mapped-media.ts";

const PAGE = 4096;
const LOG_LIMIT_BYTES = 256 * 1024 * 1024;
const PAGES_LIMIT = 65_536;

/** One valid entry of the log. */
interface Entry {
  at: number;
  bytes: Fields;
  sequence: number;
  tail: number;
}

/**
 * The file as it is once the changes that wait in its log are made: in memory, never on disk.
 *
 * @param header The current header, 4 KiB.
 * @returns Null where the log does not hold together.
 * @see MS-VHDX 8.0 §2.3
 */
export function withLog(source: ByteSource, header: Fields): ByteSource | null {
  const [length, at] = [header.u32(68), header.u64(72)];
  if (length === 0 || length % PAGE !== 0 || length > LOG_LIMIT_BYTES || at + length > source.sizeBytes) return null;
  const log = readPart(source, at, length);
  if (log.length < length) return null;
  const sequence = activeSequence(log, toHex(header.bytes.subarray(48, 64)));
  const pages = new Map<number, Uint8Array | null>();
  if (sequence === null || !sequence.every((entry) => replay(entry, pages))) return null;
  return overlaid(source, pages);
}

/** The entries from the tail of the last one to itself. */
function activeSequence(log: Uint8Array, guid: string): Entry[] | null {
  const entries = new Map<number, Entry>();
  for (let at = 0; at < log.length; at += PAGE) {
    const entry = validEntry(log, at, guid);
    if (entry !== null) entries.set(at, entry);
  }
  const head = [...entries.values()].sort((a, b) => b.sequence - a.sequence)[0];
  if (head === undefined) return null;
  const sequence: Entry[] = [];
  for (let at = head.tail; sequence.length <= entries.size; ) {
    const entry = entries.get(at);
    const last = sequence.at(-1);
    if (entry === undefined || (last !== undefined && entry.sequence !== last.sequence + 1)) return null;
    sequence.push(entry);
    if (entry === head) return sequence;
    at = (at + entry.bytes.bytes.length) % log.length;
  }
  return null;
}

function validEntry(log: Uint8Array, at: number, guid: string): Entry | null {
  const head = fields(log.subarray(at, at + 64));
  if (head.text(0, 4) !== "loge" || toHex(head.bytes.subarray(32, 48)) !== guid) return null;
  const length = head.u32(8);
  if (length === 0 || length % PAGE !== 0 || length > log.length) return null;
  const bytes = new Uint8Array(length);
  const first = Math.min(length, log.length - at);
  bytes.set(log.subarray(at, at + first)); // the log goes round
  bytes.set(log.subarray(0, length - first), first);
  const record = fields(bytes);
  if (crc32c(bytes, 4) !== record.u32(4) || !Number.isSafeInteger(record.u64(16))) return null;
  return { at, bytes: record, sequence: record.u64(16), tail: record.u32(12) };
}

/** Makes an entry's changes: pages of zeros, and pages whose first 8 and last 4 bytes stand in the descriptor. */
function replay({ bytes }: Entry, pages: Map<number, Uint8Array | null>): boolean {
  const count = bytes.u32(24);
  let dataAt = Math.ceil((64 + count * 32) / PAGE) * PAGE;
  if (dataAt > bytes.bytes.length) return false;
  for (let i = 0; i < count; i++) {
    const at = 64 + i * 32;
    const fileAt = bytes.u64(at + 16);
    if (fileAt % PAGE !== 0) return false;
    const kind = bytes.text(at, 4);
    if (kind === "zero") {
      const zeros = bytes.u64(at + 8) / PAGE;
      if (!(zeros <= PAGES_LIMIT)) return false;
      for (let page = 0; page < zeros; page++) pages.set(fileAt / PAGE + page, null);
    } else if (kind === "desc" && bytes.text(dataAt, 4) === "data") {
      const page = bytes.bytes.slice(dataAt, dataAt + PAGE);
      page.set(bytes.bytes.subarray(at + 8, at + 16), 0);
      page.set(bytes.bytes.subarray(at + 4, at + 8), PAGE - 4);
      pages.set(fileAt / PAGE, page);
      dataAt += PAGE;
    } else return false;
    if (pages.size > PAGES_LIMIT) return false;
  }
  return true;
}

function overlaid(source: ByteSource, pages: Map<number, Uint8Array | null>): ByteSource {
  const last = Math.max(0, ...pages.keys());
  const sizeBytes = Math.max(source.sizeBytes, (last + 1) * PAGE);
  const changed = [...pages.keys()].sort((a, b) => a - b);
  return mappedMedia(sizeBytes, (offsetBytes) => {
    const number = Math.floor(offsetBytes / PAGE);
    const page = pages.get(number);
    const skip = offsetBytes - number * PAGE;
    if (page !== undefined) {
      const stretch: Stretch = page === null ? { is: "zero" } : { is: "block", load: () => page, skip };
      return { endByte: (number + 1) * PAGE, stretch };
    }
    const next = changed.find((other) => other > number);
    const endByte = next === undefined ? sizeBytes : next * PAGE;
    if (offsetBytes >= source.sizeBytes) return { endByte, stretch: { is: "zero" } };
    return { endByte: Math.min(endByte, source.sizeBytes), stretch: { is: "stored", source, offsetBytes } };
  });
}
