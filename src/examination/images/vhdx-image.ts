import {
  type ImageFile,
  noAcquisition,
  type OpenImage,
  type OpenParent,
  type Refusal,
  type Siblings,
} from "./image.ts";
import { mappedMedia, type StretchAt } from "./mapped-media.ts";
import { BAD_TABLE, isOpen, parentOf, parentStretch } from "./parents.ts";
import { tableWords } from "./table-words.ts";
import { isVhdx, readVhdx, type Vhdx } from "./vhdx-metadata.ts";

/**
 * Opens a Hyper-V disk (VHDX): fixed, dynamic, and differencing with its parent.
 *
 * @returns Null where the file is none; refusals where its log is damaged or the parent is missing.
 * @see MS-VHDX 8.0
 */
export function openVhdx(file: ImageFile, siblings: Siblings, openParent: OpenParent): OpenImage | Refusal | null {
  if (!isVhdx(file.source)) return null;
  const vhdx = readVhdx(file.source);
  if (vhdx === "log") return { refused: "vhdx-log", values: {} };
  if (vhdx === "damaged") return { refused: "vhdx-damaged", values: {} };
  const parent = vhdx.hasParent ? parentOf(vhdx.parents, { siblings, openParent }) : null;
  if (parent !== null && !isOpen(parent)) return parent;
  if (parent !== null && parent.acquisition.facts["identifier"] !== vhdx.parentLinkage) {
    return { refused: "parent-other", values: { parent: vhdx.parents[0] ?? "" } };
  }
  return {
    format: "vhdx",
    variant: vhdx.hasParent ? "differencing" : "",
    files: [file.name, ...(parent?.files ?? [])],
    media: mappedMedia(vhdx.sizeBytes, blockReader(vhdx, parent)),
    unread: [],
    acquisition: { ...noAcquisition(), facts: { identifier: vhdx.linkage } },
    problems: [...(parent?.problems ?? [])],
  };
}

const MEGABYTE = 1024 * 1024;
const STATE = { zero: 2, unmapped: 3, whole: 6, part: 7 };

/** Stretches by the block allocation table. @see MS-VHDX §2.5 */
function blockReader(vhdx: Vhdx, parent: OpenImage | null): StretchAt {
  const { source, blockBytes, sectorBytes, batAt } = vhdx;
  const words = tableWords(source, true);
  const ratio = (2 ** 23 * sectorBytes) / blockBytes;
  const under = parent?.media ?? null;
  const entryAt = (index: number): { state: number; at: number } | null => {
    if ((index + 1) * 8 > vhdx.batBytes) return null;
    const word = words.u64(batAt + index * 8);
    return word === null ? null : { state: Number(word & 7n), at: Number(word >> 20n) * MEGABYTE };
  };
  /** Whether a sector of a partly present block is this file's own; bits from the lowest. */
  const own = (block: number, sector: number): boolean | null => {
    const chunk = Math.floor(block / ratio);
    const bitmap = entryAt(chunk * (ratio + 1) + ratio);
    if (bitmap === null || bitmap.state !== STATE.whole) return null;
    const bit = (block % ratio) * (blockBytes / sectorBytes) + sector;
    const word = words.u32(bitmap.at + Math.floor(bit / 32) * 4);
    return word === null ? null : ((word >>> (bit % 32)) & 1) === 1;
  };
  return (offsetBytes) => {
    const block = Math.floor(offsetBytes / blockBytes);
    const endByte = (block + 1) * blockBytes;
    const within = offsetBytes - block * blockBytes;
    const entry = entryAt(block + Math.floor(block / ratio));
    if (entry === null || entry.state > STATE.part) return { endByte, stretch: BAD_TABLE };
    const stored = { is: "stored" as const, source, offsetBytes: entry.at + within };
    if (entry.state === STATE.whole) return { endByte, stretch: stored };
    if (entry.state === STATE.zero || entry.state === STATE.unmapped) return { endByte, stretch: { is: "zero" } };
    if (entry.state !== STATE.part) return parentStretch(under, offsetBytes, endByte);
    let sector = Math.floor(within / sectorBytes);
    const mine = own(block, sector);
    if (mine === null) return { endByte, stretch: BAD_TABLE };
    while (sector < blockBytes / sectorBytes && own(block, sector) === mine) sector++;
    const runEnd = block * blockBytes + sector * sectorBytes;
    return mine ? { endByte: runEnd, stretch: stored } : parentStretch(under, offsetBytes, runEnd);
  };
}
