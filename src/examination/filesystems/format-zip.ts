import { crc32 } from "#base/formats";
import type { FormatAnswer } from "./format-answer.ts";
import { inflateRaw } from "./inflate.ts";
import { u16, u32 } from "./ntfs-fields.ts";

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const MEMBER_LIMIT = 16 * 1024 * 1024;

/** ZIP and what is made of it: every member's sum. @see PKWARE APPNOTE 6.3.10, 4.3 */
export function zipCheck(bytes: Uint8Array): FormatAnswer | null {
  if (u32(bytes, 0) !== LOCAL) return { whole: false, goodBytes: 0, brokenAt: 0 };
  const end = endAt(bytes);
  if (end < 0) return followLocal(bytes);
  const [count, directoryBytes, directoryAt] = [u16(bytes, end + 10), u32(bytes, end + 12), u32(bytes, end + 16)];
  if (directoryAt + directoryBytes !== end) return followLocal(bytes);
  let good = 0;
  for (let i = 0, at = directoryAt; i < count; i++) {
    if (u32(bytes, at) !== CENTRAL) return { whole: false, goodBytes: good, brokenAt: at };
    const member = { method: u16(bytes, at + 10), sum: u32(bytes, at + 16), packed: u32(bytes, at + 20) };
    const local = u32(bytes, at + 42);
    const answer = memberEnd(bytes, local, { ...member, size: u32(bytes, at + 24) });
    if (answer === null) return null;
    if (answer < 0) return { whole: false, goodBytes: good, brokenAt: local + 30 + member.packed };
    good = Math.max(good, answer);
    at += 46 + u16(bytes, at + 28) + u16(bytes, at + 30) + u16(bytes, at + 32);
    if (i === count - 1 && at !== end) return { whole: false, goodBytes: good, brokenAt: at };
  }
  return { whole: count > 0, goodBytes: bytes.length, brokenAt: bytes.length };
}

function endAt(bytes: Uint8Array): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - 22 - 65_535); at--) {
    if (u32(bytes, at) === END && at + 22 + u16(bytes, at + 20) === bytes.length) return at;
  }
  return -1;
}

interface Member {
  method: number;
  sum: number;
  packed: number;
  size: number;
}

/** Where a member ends; -1 where its sum or its header is wrong, null where it is packed in a way not known here. */
function memberEnd(bytes: Uint8Array, at: number, { method, sum, packed, size }: Member): number | null {
  if (u32(bytes, at) !== LOCAL || u16(bytes, at + 8) !== method) return -1;
  const from = at + 30 + u16(bytes, at + 26) + u16(bytes, at + 28);
  if (from + packed > bytes.length) return -1;
  if ((u16(bytes, at + 6) & 1) !== 0 || size > MEMBER_LIMIT || (method !== 0 && method !== 8)) return null;
  const body = bytes.subarray(from, from + packed);
  const plain = method === 0 ? body : inflateRaw(body, size);
  return plain !== null && plain.length === size && crc32(plain) === sum ? from + packed : -1;
}

/** Without a directory where it should be: the members from the start on, as far as they tell their sizes and sums. */
function followLocal(bytes: Uint8Array): FormatAnswer | null {
  let at = 0;
  while (at + 30 < bytes.length && u32(bytes, at) === LOCAL) {
    if ((u16(bytes, at + 6) & 8) !== 0) return { whole: false, goodBytes: at, brokenAt: bytes.length };
    const packed = u32(bytes, at + 18);
    const member = { method: u16(bytes, at + 8), sum: u32(bytes, at + 14), packed, size: u32(bytes, at + 22) };
    const end = memberEnd(bytes, at, member);
    if (end === null) return null;
    if (end < 0) return { whole: false, goodBytes: at, brokenAt: Math.min(bytes.length, at + 30 + packed) };
    at = end;
  }
  return { whole: false, goodBytes: at, brokenAt: u32(bytes, at) === CENTRAL ? bytes.length : at + 4 };
}
