import { utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import { byteWindow } from "./byte-window.ts";
import type { ContainerVisit } from "./inner-entry.ts";

/** {BDE316E7-2665-4511-A4C4-8D4D0B7A9EAC}: a file follows, behind its length. */
const FILE_MARK = "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac";
const MARK_BYTES = 16;
const HEAD_BYTES = 36;

/** Files and pictures in a section of OneNote, those of earlier versions among them. @see [MS-ONESTORE] 2.6.13 FileDataStoreObject */
export function readOneNote(source: ByteSource, visit: ContainerVisit): void {
  const bytes = byteWindow(source, () => visit.budget.spend(0));
  for (let at = bytes.indexOf(0xe7, 0); at >= 0; at = bytes.indexOf(0xe7, at + 1)) {
    if (!bytes.isAt(at, FILE_MARK)) continue;
    const lengthBytes = bytes.littleAt(at + MARK_BYTES, 8);
    const from = at + HEAD_BYTES;
    if (lengthBytes === 0 || from + lengthBytes > source.sizeBytes) continue;
    const path = [utf8(`file-${from}`)];
    const file = slice(source, from, lengthBytes);
    visit.entry({ path, content: { how: "plain", bytes: file }, sizeBytes: lengthBytes, search: true });
    at = from + lengthBytes - 1;
  }
}
