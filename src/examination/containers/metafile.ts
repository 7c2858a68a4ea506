import { concatBytes, little, utf8 } from "#base/values";
import { type ByteSource, memorySource, slice } from "#examination/sources";
import { readEmbedded } from "./embedded-pictures.ts";
import type { ContainerVisit } from "./inner-entry.ts";
import { joinedSource, readBytes } from "./read-bytes.ts";

// Metafiles of Windows: drawings, in whose records bitmaps stand without a file's header. JPEG and PNG in them are found by their structure.
// @see [MS-EMF] 2.3.1 "Bitmap record types"; [MS-WMF] 2.3.1

const RECORDS_MOST = 1_000_000;
const HEAD_BYTES = 128;
const FILE_HEAD_BYTES = 14;

/** Where a record of EMF says where its bitmap's header and bits stand, and how long they are. */
const EMF_FIELDS: Readonly<Record<number, number>> = {
  76: 84,
  77: 84,
  78: 84,
  79: 96,
  80: 48,
  81: 48,
  114: 84,
  116: 84,
};

/** Where the bitmap itself begins in a record of WMF. */
const WMF_BITMAPS: Readonly<Record<number, number>> = { 2368: 22, 2881: 26, 3379: 24, 3907: 28 };

export function readEmf(source: ByteSource, visit: ContainerVisit): void {
  for (let at = 0, count = 0; at + 8 <= source.sizeBytes && count < RECORDS_MOST; count++) {
    const head = readBytes(source, at, HEAD_BYTES);
    const [kind, lengthBytes] = [little(head, 0, 4), little(head, 4, 4)];
    const field = EMF_FIELDS[kind];
    if (count % 256 === 0) visit.budget.spend(0);
    if (lengthBytes < 8) break;
    if (field !== undefined && field + 16 <= Math.min(head.length, lengthBytes)) {
      const [info, infoBytes, bits, bitsBytes] = [0, 4, 8, 12].map((step) => little(head, field + step, 4));
      if (info !== undefined && infoBytes !== undefined && bits !== undefined && bitsBytes !== undefined)
        give(source, visit, { at: at + info, infoBytes, bitsAt: at + bits, bitsBytes });
    }
    at += lengthBytes;
  }
  readEmbedded(source, visit, 1);
}

export function readWmf(source: ByteSource, visit: ContainerVisit): void {
  const start = little(readBytes(source, 0, 4), 0, 4) === 0x9ac6cdd7 ? 22 : 0;
  for (let at = start + 18, count = 0; at + 6 <= source.sizeBytes && count < RECORDS_MOST; count++) {
    const head = readBytes(source, at, HEAD_BYTES);
    const lengthBytes = 2 * little(head, 0, 4);
    const skip = WMF_BITMAPS[little(head, 4, 2)];
    if (count % 256 === 0) visit.budget.spend(0);
    if (lengthBytes < 6) break;
    if (skip !== undefined && lengthBytes > skip + 40) giveDib(slice(source, at + skip, lengthBytes - skip), visit, at);
    at += lengthBytes;
  }
  readEmbedded(source, visit, 1);
}

/** A bitmap without a file's header: its own header, its colours, its bits, one behind the other. */
export function giveDib(dib: ByteSource, visit: ContainerVisit, nameByte: number): void {
  const infoBytes = infoLength(readBytes(dib, 0, 40));
  if (infoBytes === null || infoBytes >= dib.sizeBytes) return;
  const place = { at: 0, infoBytes, bitsAt: infoBytes, bitsBytes: dib.sizeBytes - infoBytes, nameByte };
  give(dib, visit, place);
}

/** Of the header, masks and colours; null: it is none. @see [MS-WMF] 2.2.2.3 */
function infoLength(head: Uint8Array): number | null {
  const headBytes = little(head, 0, 4);
  if (head.length < 40 || ![40, 108, 124].includes(headBytes) || little(head, 12, 2) !== 1) return null;
  const [bits, how, told] = [little(head, 14, 2), little(head, 16, 4), little(head, 32, 4)];
  const colors = told > 0 ? Math.min(told, 256) : bits <= 8 ? 2 ** bits : 0;
  return headBytes + 4 * colors + (how === 3 && headBytes === 40 ? 12 : 0);
}

/** A bitmap as the file that it would be. */
function give(
  source: ByteSource,
  visit: ContainerVisit,
  place: { at: number; infoBytes: number; bitsAt: number; bitsBytes: number; nameByte?: number },
): void {
  const { at, infoBytes, bitsAt, bitsBytes, nameByte = at } = place;
  const isThere = at + infoBytes <= source.sizeBytes && bitsAt + bitsBytes <= source.sizeBytes;
  if (infoBytes < 40 || bitsBytes === 0 || !isThere) return;
  const how = little(readBytes(source, at, 40), 16, 4);
  // JPEG and PNG stand there as they are.
  if (how === 4 || how === 5) return;
  const head = new DataView(new ArrayBuffer(12));
  head.setUint32(0, FILE_HEAD_BYTES + infoBytes + bitsBytes, true);
  head.setUint32(8, FILE_HEAD_BYTES + infoBytes, true);
  const bytes = joinedSource([
    {
      source: memorySource(concatBytes(utf8("BM"), new Uint8Array(head.buffer))),
      startByte: 0,
      lengthBytes: FILE_HEAD_BYTES,
    },
    { source, startByte: at, lengthBytes: infoBytes },
    { source, startByte: bitsAt, lengthBytes: bitsBytes },
  ]);
  visit.entry({ path: [utf8(`bitmap-${nameByte}.bmp`)], content: { how: "plain", bytes }, sizeBytes: bytes.sizeBytes });
}
