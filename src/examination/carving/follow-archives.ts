import { crc32 } from "#base/formats";
import { big, little } from "#base/values";
import { type Candidate, wholeAt } from "./candidate.ts";
import type { CarveGround } from "./carve-ground.ts";

// Archives whose header says their length, or that are rows of blocks with sums: 7z, CAB, RAR 4 and 5.

const HEADER_MOST_BYTES = 16 * 2 ** 20;
const BLOCKS_MOST = 250_000;
const STEP_COST = 256;

/** A 7z archive at a place, by the sums of both its headers. @see 7zFormat.txt of LZMA SDK 24.09 */
export function followSevenZip({ bytes, walkBytes }: CarveGround, at: number): Candidate | null {
  const head = bytes.few(at, 32);
  if (head.length < 32 || head[6] !== 0 || little(head, 8, 4) !== crc32(head.subarray(12))) return null;
  const [offsetBytes, lengthBytes] = [little(head, 12, 8), little(head, 20, 8)];
  const sizeBytes = 32 + offsetBytes + lengthBytes;
  if (lengthBytes === 0 || lengthBytes > Math.min(HEADER_MOST_BYTES, walkBytes)) return null;
  if (!Number.isSafeInteger(sizeBytes) || at + sizeBytes > bytes.sizeBytes) return null;
  const header = bytes.bytes(at + 32 + offsetBytes, lengthBytes);
  return crc32(header) === little(head, 28, 4) ? wholeAt("7z", at, sizeBytes) : null;
}

/** A cabinet at a place, by its header and the places of its folders. @see [MS-CAB] 1.8 */
export function followCab(ground: CarveGround, at: number): Candidate | null {
  const { bytes } = ground;
  const head = bytes.few(at, 60);
  const [sizeBytes, filesAt, flags] = [little(head, 8, 4), little(head, 16, 4), little(head, 30, 2)];
  const [folders, files] = [little(head, 26, 2), little(head, 28, 2)];
  if (head.length < 60 || head[25] !== 1 || (head[24] ?? 9) > 3 || flags > 7 || folders === 0 || files === 0)
    return null;
  if (filesAt < 36 || filesAt >= sizeBytes || at + sizeBytes > bytes.sizeBytes) return null;
  if (little(head, 12, 4) !== 0 || little(head, 20, 4) !== 0) return null;
  ground.walkBytes -= STEP_COST;
  // A file's folder is one that there is, or one of the neighbours' in a set.
  const file = bytes.few(at + filesAt, 16);
  const folder = little(file, 8, 2);
  return folder < folders || folder >= 0xfffd ? wholeAt("cab", at, sizeBytes) : null;
}

/** A RAR archive at a place, block by block; where its headers are locked, its beginning. @see RAR 5.0 archive format; unrar 6 headers.hpp */
export function followRar(ground: CarveGround, at: number): Candidate | null {
  const isNew = ground.bytes.few(at + 6, 1)[0] === 1;
  if (isNew && ground.bytes.few(at + 7, 1)[0] !== 0) return null;
  const blockAt = isNew ? newBlock : oldBlock;
  let end = at + (isNew ? 8 : 7);
  for (let count = 0; count < BLOCKS_MOST && ground.walkBytes > 0; count++) {
    ground.walkBytes -= STEP_COST;
    const block = blockAt(ground, end);
    if (block === null || block.endByte > ground.bytes.sizeBytes)
      return count > 1 ? { ...wholeAt("rar", at, end - at), how: isNew ? "beginning" : "whole" } : null;
    if (block.what === "locked") {
      // Not a block behind it can be read: how far it reaches is not known.
      return { ...wholeAt("rar", at, Math.min(LOCKED_BYTES, ground.bytes.sizeBytes - at)), how: "beginning" };
    }
    end = block.endByte;
    if (block.what === "end") return wholeAt("rar", at, end - at);
  }
  return null;
}

const LOCKED_BYTES = 4096;

interface RarBlock {
  what: "block" | "end" | "locked";
  endByte: number;
}

const OLD = { main: 0x73, file: 0x74, part: 0x7a, end: 0x7b };
const LONG_FLAG = 0x8000;
const LOCKED_FLAG = 0x80;
const LARGE_FLAG = 0x100;

/** Of RAR 1.5 to 4: the sum of its header is the lower half of CRC-32. */
function oldBlock({ bytes }: CarveGround, at: number): RarBlock | null {
  const head = bytes.few(at, 7);
  const [kind, flags, headBytes] = [head[2] ?? 0, little(head, 3, 2), little(head, 5, 2)];
  if (head.length < 7 || kind < OLD.main || kind > OLD.end || headBytes < 7) return null;
  const header = bytes.few(at, headBytes);
  // The main header's sum leaves out what later versions keep there.
  if ((crc32(header.subarray(2)) & 0xffff) !== little(head, 0, 2)) return null;
  const isFile = kind === OLD.file || kind === OLD.part;
  const low = (flags & LONG_FLAG) !== 0 || isFile ? little(header, 7, 4) : 0;
  const high = isFile && (flags & LARGE_FLAG) !== 0 ? little(header, 32, 4) : 0;
  const isLocked = kind === OLD.main && (flags & LOCKED_FLAG) !== 0;
  const what = isLocked ? "locked" : kind === OLD.end ? "end" : "block";
  return { what, endByte: at + headBytes + low + high * 2 ** 32 };
}

const NEW = { crypt: 4, end: 5 };

function newBlock({ bytes }: CarveGround, at: number): RarBlock | null {
  const head = bytes.few(at, 32);
  const [lengthBytes, from] = numberAt(head, 4);
  const headBytes = from + lengthBytes;
  if (head.length < 8 || lengthBytes === 0 || lengthBytes > 2 ** 21) return null;
  const header = bytes.few(at, headBytes);
  if (header.length < headBytes || crc32(header.subarray(4)) !== little(header, 0, 4)) return null;
  const [kind, behindKind] = numberAt(header, from);
  const [flags, behindFlags] = numberAt(header, behindKind);
  const [, behindExtra] = (flags & 1) !== 0 ? numberAt(header, behindFlags) : [0, behindFlags];
  const [dataBytes] = (flags & 2) !== 0 ? numberAt(header, behindExtra) : [0];
  const what = kind === NEW.crypt ? "locked" : kind === NEW.end ? "end" : "block";
  const endByte = at + headBytes + dataBytes;
  return Number.isSafeInteger(endByte) ? { what, endByte } : null;
}

/** Seven bits a byte, the lowest first; and where it ends. */
function numberAt(bytes: Uint8Array, from: number): [value: number, end: number] {
  let [value, factor] = [0, 1];
  for (let at = from; at < from + 10; at++, factor *= 128) {
    const byte = big(bytes, at, 1);
    value += (byte & 127) * factor;
    if (byte < 128) return [value, at + 1];
  }
  return [Number.POSITIVE_INFINITY, from + 10];
}
