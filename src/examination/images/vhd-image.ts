import { toHex } from "#base/values";
import { slice } from "#examination/sources";
import { type Fields, fields, filePlace, readPart } from "./fields.ts";
import {
  type ImageFile,
  type ImageProblem,
  noAcquisition,
  type OpenImage,
  type OpenParent,
  type Refusal,
  type Siblings,
} from "./image.ts";
import { utf16 } from "./latin.ts";
import { mappedMedia, type StretchAt } from "./mapped-media.ts";
import { BAD_TABLE, isOpen, parentOf, parentStretch } from "./parents.ts";
import { tableWords } from "./table-words.ts";

const FOOTER_BYTES = 512;
const SECTOR = 512;
const BLOCK_LIMIT_BYTES = 256 * 1024 * 1024;
const KINDS: Record<number, "fixed" | "dynamic" | "differencing"> = { 2: "fixed", 3: "dynamic", 4: "differencing" };

interface Dynamic {
  tableAt: number;
  blocks: number;
  blockBytes: number;
  parentId: string;
  parents: string[];
}

/**
 * Opens a Virtual PC / Hyper-V disk: fixed, dynamic, and differencing with its parent.
 *
 * @returns Null where the file is none; a refusal that names the parent where it is missing or another one.
 * @see Microsoft, Virtual Hard Disk Image Format Specification 1.0
 */
export function openVhd(file: ImageFile, siblings: Siblings, openParent: OpenParent): OpenImage | Refusal | null {
  const { source } = file;
  const tailAt = Math.max(0, source.sizeBytes - FOOTER_BYTES);
  const footer = [tailAt, 0].map((at) => fields(readPart(source, at, FOOTER_BYTES), false)).find(isFooter);
  if (footer === undefined) return null;
  const problems: ImageProblem[] = [];
  if (!sumHolds(footer, 64, FOOTER_BYTES))
    problems.push({ place: filePlace(file.name, tailAt), what: "checksum", values: {} });
  const variant = KINDS[footer.u32(60)];
  const sizeBytes = footer.u64(48);
  if (variant === undefined || !Number.isSafeInteger(sizeBytes)) return { refused: "vhd-damaged", values: {} };
  const id = toHex(footer.bytes.subarray(68, 84));
  const image = { format: "vhd" as const, variant, unread: [], acquisition: vhdFacts(id) };
  if (variant === "fixed") {
    const media = slice(source, 0, Math.min(sizeBytes, tailAt));
    return { ...image, files: [file.name], media, problems };
  }
  const dynamic = readDynamic(file, { headerAt: footer.u64(16), sizeBytes, problems });
  if (dynamic === null) return { refused: "vhd-damaged", values: {} };
  const parent = variant === "differencing" ? parentOf(dynamic.parents, { siblings, openParent }) : null;
  if (parent !== null && !isOpen(parent)) return parent;
  if (parent !== null && parent.acquisition.facts["identifier"] !== dynamic.parentId) {
    return { refused: "parent-other", values: { parent: dynamic.parents[0] ?? "" } };
  }
  return {
    ...image,
    files: [file.name, ...(parent?.files ?? [])],
    media: mappedMedia(sizeBytes, blockReader(file, dynamic, parent)),
    problems: [...problems, ...(parent?.problems ?? [])],
  };
}

function vhdFacts(id: string): OpenImage["acquisition"] {
  return { ...noAcquisition(), facts: { identifier: id } };
}

function isFooter(record: Fields): boolean {
  return record.bytes.length === FOOTER_BYTES && record.text(0, 8) === "conectix" && record.u32(12) >>> 16 === 1;
}

/** One's complement of the sum of all bytes but the sum's own. */
function sumHolds(record: Fields, sumAt: number, length: number): boolean {
  let sum = 0;
  for (let at = 0; at < length; at++) if (at < sumAt || at >= sumAt + 4) sum += record.u8(at);
  return ~sum >>> 0 === record.u32(sumAt);
}

function readDynamic(
  file: ImageFile,
  { headerAt, sizeBytes, problems }: { headerAt: number; sizeBytes: number; problems: ImageProblem[] },
): Dynamic | null {
  const record = fields(readPart(file.source, headerAt, 1024), false);
  if (record.text(0, 8) !== "cxsparse") return null;
  if (!sumHolds(record, 36, 1024))
    problems.push({ place: filePlace(file.name, headerAt), what: "checksum", values: {} });
  const [tableAt, blocks, blockBytes] = [record.u64(16), record.u32(28), record.u32(32)];
  if (blockBytes < SECTOR || blockBytes % SECTOR !== 0 || blockBytes > BLOCK_LIMIT_BYTES) return null;
  if (tableAt + blocks * 4 > file.source.sizeBytes || blocks * blockBytes < sizeBytes) return null;
  const named = utf16(record.bytes.subarray(64, 576), false);
  return {
    tableAt,
    blocks,
    blockBytes,
    parentId: toHex(record.bytes.subarray(40, 56)),
    parents: [...(named === "" ? [] : [named]), ...locators(file, record)],
  };
}

/** Paths of the parent by its locators: relative and absolute Windows paths, and a Mac's URL. */
function locators(file: ImageFile, record: Fields): string[] {
  const paths: string[] = [];
  for (let at = 576; at < 576 + 8 * 24; at += 24) {
    const code = record.text(at, 4);
    const bytes = readPart(file.source, record.u64(at + 16), Math.min(record.u32(at + 8), 4096));
    if (code === "W2ru" || code === "W2ku") paths.push(utf16(bytes, true));
    else if (code === "MacX") paths.push(decodeUrl(new TextDecoder().decode(bytes).replace(/\0.*$/s, "")));
  }
  return paths.filter((path) => path !== "");
}

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function blockReader(file: ImageFile, dynamic: Dynamic, parent: OpenImage | null): StretchAt {
  const { source } = file;
  const { tableAt, blockBytes } = dynamic;
  const words = tableWords(source, false);
  const bitmapBytes = Math.ceil(blockBytes / SECTOR / 8 / SECTOR) * SECTOR;
  return (offsetBytes) => {
    const block = Math.floor(offsetBytes / blockBytes);
    const endByte = (block + 1) * blockBytes;
    const within = offsetBytes - block * blockBytes;
    const sector = words.u32(tableAt + block * 4);
    if (sector === null) return { endByte, stretch: BAD_TABLE };
    if (sector === 0xffffffff) return parentStretch(parent?.media ?? null, offsetBytes, endByte);
    const blockAt = sector * SECTOR;
    const stored = { is: "stored" as const, source, offsetBytes: blockAt + bitmapBytes + within };
    if (parent === null) return { endByte, stretch: stored };
    // A differencing block's bitmap says, sector by sector, whose bytes count.
    const own = (at: number): boolean | null => {
      const word = words.u32(blockAt + Math.floor(at / 32) * 4);
      return word === null ? null : ((word >>> (31 - (at % 32))) & 1) === 1;
    };
    const first = Math.floor(within / SECTOR);
    const mine = own(first);
    if (mine === null) return { endByte, stretch: BAD_TABLE };
    let last = first + 1;
    while (last < blockBytes / SECTOR && own(last) === mine) last++;
    const runEnd = block * blockBytes + last * SECTOR;
    return mine ? { endByte: runEnd, stretch: stored } : parentStretch(parent.media, offsetBytes, runEnd);
  };
}
