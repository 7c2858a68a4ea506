import { holds, little } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { readBytes } from "./read-bytes.ts";

const HEAD_BYTES = 64;
const NEXT_MOST_BYTES = 65_536;
/** 7z's number of AES-256 with SHA-256. */
const AES = [0x06, 0xf1, 0x07, 0x01];

/**
 * Whether an archive hides even the names of its entries behind a password.
 *
 * @see 7zFormat.txt of 7-Zip 24.09, §SignatureHeader, §Header; RAR 5.0 archive format §Archive encryption header; technote.txt of RAR 4
 */
export function areNamesLocked(source: ByteSource): boolean {
  const head = readBytes(source, 0, HEAD_BYTES);
  if (holds(head, 0, "7z\xbc\xaf\x27\x1c")) {
    const next = readBytes(source, 32 + little(head, 12, 8), Math.min(NEXT_MOST_BYTES, little(head, 20, 8)));
    if (next[0] !== 0x17) return false; // its header is not packed
    return next.some((_, at) => AES.every((byte, i) => next[at + i] === byte));
  }
  if (holds(head, 0, "Rar!\x1a\x07\x01\0")) {
    const sizeBytes = 12; // behind the mark: a sum; then the header's length in 7 bits a byte, and its kind
    let at = sizeBytes;
    while (((head[at] ?? 0) & 0x80) !== 0) at++;
    return head[at + 1] === 4;
  }
  return holds(head, 0, "Rar!\x1a\x07\0") && head[9] === 0x73 && (little(head, 10, 2) & 0x80) !== 0;
}
