import { holds, little } from "#base/values";
import type { ByteSource } from "#examination/sources";
import { readBytes } from "./read-bytes.ts";

const HEAD_BYTES = 64;
const RAR4_MAIN = 0x73;
const RAR5_MAIN = 1;
/** Volumes are numbered by their endings; the last one of a split zip is a ".zip". */
const ENDING = /\.(?:z\d\d|r\d\d|\d{3}|part\d+\.rar)$/i;

/** Whether a name is that of one part of an archive that was cut into several files. */
export function isNamedPart(name: Uint8Array): boolean {
  return ENDING.test(String.fromCharCode(...name.subarray(-16)));
}

/**
 * Whether an archive says of itself that it is one part of a set of files.
 *
 * @see technote.txt of RAR 4 (MHD_VOLUME); RAR 5.0 archive format §Main archive header; [MS-CAB] 2.1 (cfhdrPREV_CABINET, NEXT); ARJ's technote
 */
export function isPartOfSet(source: ByteSource): boolean {
  const head = readBytes(source, 0, HEAD_BYTES);
  if (holds(head, 0, "MSCF\0\0\0\0")) return (little(head, 30, 2) & 3) !== 0;
  if (holds(head, 0, "\x60\xea")) return ((head[8] ?? 0) & 4) !== 0;
  if (holds(head, 0, "Rar!\x1a\x07\0")) return head[9] === RAR4_MAIN && (little(head, 10, 2) & 1) !== 0;
  return holds(head, 0, "Rar!\x1a\x07\x01\0") && isRar5Part(head);
}

/** Behind the mark and a sum: the header's length, its kind, its flags, the length of what is extra; then the archive's flags. */
function isRar5Part(head: Uint8Array): boolean {
  let at = 12;
  const next = (): number => {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = head[at++] ?? 0;
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    return value;
  };
  next();
  const [kind, flags] = [next(), next()];
  if ((flags & 1) !== 0) next();
  if ((flags & 2) !== 0) next();
  return kind === RAR5_MAIN && (next() & 1) !== 0;
}
