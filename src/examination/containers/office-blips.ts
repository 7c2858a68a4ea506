import { little, utf8 } from "#base/values";
import { type ByteSource, slice } from "#examination/sources";
import { byteWindow } from "./byte-window.ts";
import type { ContainerVisit } from "./inner-entry.ts";
import { giveDib } from "./metafile.ts";
import { readBytes } from "./read-bytes.ts";

// Pictures of old Office that have no mark of their own: metafiles, packed, and bitmaps without a file's header.
// @see [MS-ODRAW] 2.2.24 to 2.2.26 (OfficeArtBlipEMF, WMF, PICT), 2.2.29 (DIB), 2.2.31 (metafile header)

/** By the record's kind: what its instance is with one digest in front (with two it is one more), and its name's ending. */
const BLIPS: Readonly<Record<number, readonly [instance: number, ending: string]>> = {
  26: [0x3d4, "emf"],
  27: [0x216, "wmf"],
  28: [0x542, "pict"],
  31: [0x7a8, "dib"],
};
const METAFILE_HEAD_BYTES = 34;
const DEFLATED = 0;

export function readBlips(source: ByteSource, visit: ContainerVisit): void {
  const bytes = byteWindow(source, () => visit.budget.spend(0));
  for (let at = bytes.indexOf(0xf0, 3); at >= 0; at = bytes.indexOf(0xf0, at + 1)) {
    const blip = BLIPS[bytes.byteAt(at - 1)];
    if (blip === undefined) continue;
    const instance = bytes.littleAt(at - 3, 2) / 16;
    const [known, ending] = blip;
    if (instance !== known && instance !== known + 1) continue;
    const record = slice(source, at + 5, bytes.littleAt(at + 1, 4));
    const digests = instance === known ? 16 : 32;
    if (ending === "dib") giveDib(slice(record, digests + 1, record.sizeBytes - digests - 1), visit, at - 3);
    else giveMetafile(record, visit, { digests, name: `metafile-${at - 3}.${ending}` });
  }
}

function giveMetafile(
  record: ByteSource,
  visit: ContainerVisit,
  { digests, name }: { digests: number; name: string },
): void {
  const head = readBytes(record, digests, METAFILE_HEAD_BYTES);
  const packedBytes = little(head, 28, 4);
  const from = digests + METAFILE_HEAD_BYTES;
  if (head.length < METAFILE_HEAD_BYTES || packedBytes === 0 || from + packedBytes > record.sizeBytes) return;
  const bytes = slice(record, from, packedBytes);
  const isPacked = head[32] === DEFLATED;
  const content = isPacked
    ? { how: "packed" as const, packing: "zlib" as const, bytes }
    : { how: "plain" as const, bytes };
  visit.entry({ path: [utf8(name)], content, sizeBytes: isPacked ? little(head, 0, 4) : packedBytes, search: true });
}
