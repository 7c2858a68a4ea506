import { crc32 } from "node:zlib";
import { holds, little, utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import type { ContainerVisit } from "./inner-entry.ts";
import { readBytes } from "./read-bytes.ts";
import { readZipBehind } from "./zip.ts";

// Programs that unpack themselves: an archive stands behind the program (RAR, 7z, zip, ARJ), or among its resources (CAB).
// @see Microsoft PE Format (2024) §3, 4; System V ABI (2013) §ELF header; [MS-CAB] 2.1

const HEAD_BYTES = 4096;
const SEARCH_BYTES = 2 ** 20;
const SECTIONS_MOST = 96;
const SECTION_BYTES = 40;

/** Where an archive may begin. */
interface Stretch {
  from: number;
  to: number;
}

/** Gives the archives in a program that unpacks itself; of any other program nothing. */
export function readProgram(source: ByteSource, visit: ContainerVisit): void {
  readZipBehind(source, visit);
  for (const stretch of stretches(source)) {
    const found = archiveIn(source, stretch);
    if (found === null) continue;
    const bytes = slice(source, found.atByte, source.sizeBytes - found.atByte);
    const path = [utf8(`archive-${found.atByte}.${found.kind}`)];
    visit.entry({ path, content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes });
    return;
  }
}

/** What stands behind the program, and its resources where they are most of the file. */
function stretches(source: ByteSource): Stretch[] {
  const head = readBytes(source, 0, HEAD_BYTES);
  const sections = holds(head, 0, "\x7fELF") ? [elfEnd(head)] : programSections(head);
  const end = Math.max(0, ...sections.map(({ to }) => to));
  const large = sections.filter(({ from, to }) => 2 * (to - from) > source.sizeBytes);
  const found = [...(end > 0 ? [{ from: end, to: source.sizeBytes }] : []), ...large];
  return found.map(({ from, to }) => ({ from, to: Math.min(to, from + SEARCH_BYTES, source.sizeBytes) }));
}

/** Behind an ELF program stands its table of sections. */
function elfEnd(head: Uint8Array): Stretch {
  const isWide = head[4] === 2;
  const [table, size, count] = isWide
    ? [little(head, 40, 8), little(head, 58, 2), little(head, 60, 2)]
    : [little(head, 32, 4), little(head, 46, 2), little(head, 48, 2)];
  return { from: table + size * count, to: table + size * count };
}

/** Sections of a program of Windows; the whole of one of DOS. */
function programSections(head: Uint8Array): Stretch[] {
  const at = little(head, 60, 4);
  if (!holds(head, at, "PE\0\0")) {
    const [last, pages] = [little(head, 2, 2), little(head, 4, 2)];
    const end = pages * 512 - (last === 0 ? 0 : 512 - last);
    return end > 0 ? [{ from: end, to: end }] : [];
  }
  const count = Math.min(SECTIONS_MOST, little(head, at + 6, 2));
  const table = at + 24 + little(head, at + 20, 2);
  return Array.from({ length: count }, (_, i) => {
    const from = little(head, table + i * SECTION_BYTES + 20, 4);
    return { from, to: from + little(head, table + i * SECTION_BYTES + 16, 4) };
  });
}

type Kind = "rar" | "7z" | "cab" | "arj";
const MARKS: readonly (readonly [mark: string, kind: Kind])[] = [
  ["Rar!\x1a\x07\0", "rar"],
  ["Rar!\x1a\x07\x01\0", "rar"],
  ["7z\xbc\xaf\x27\x1c", "7z"],
  ["MSCF\0\0\0\0", "cab"],
  ["\x60\xea", "arj"],
];
const FIRSTS = new Set(MARKS.map(([mark]) => mark.charCodeAt(0)));

function archiveIn(source: ByteSource, { from, to }: Stretch): { atByte: number; kind: Kind } | null {
  const bytes = readBytes(source, from, to - from);
  for (let at = 0; at + 32 <= bytes.length; at++) {
    if (!FIRSTS.has(bytes[at] as number)) continue;
    for (const [mark, kind] of MARKS)
      if (holds(bytes, at, mark) && isSound(bytes.subarray(at), kind)) return { atByte: from + at, kind };
  }
  return null;
}

/** Programs that unpack others hold marks, too: what stands behind one must be a header. */
function isSound(head: Uint8Array, kind: Kind): boolean {
  if (kind === "7z") return crc32(head.subarray(12, 32)) === little(head, 8, 4);
  if (kind === "cab") return little(head, 4, 4) + little(head, 12, 4) === 0 && head[24] === 3 && head[25] === 1;
  if (kind === "arj") {
    const lengthBytes = little(head, 2, 2);
    const sound = lengthBytes >= 30 && lengthBytes <= 2600 && head.length >= lengthBytes + 8;
    return sound && crc32(head.subarray(4, 4 + lengthBytes)) === little(head, 4 + lengthBytes, 4);
  }
  if (head[6] === 0) return head[9] === 0x73;
  let at = 12;
  while (((head[at] ?? 0) & 0x80) !== 0 && at < 16) at++;
  return head[at + 1] === 1 || head[at + 1] === 4;
}
