import type { ByteSource } from "#examination/sources";
import { extentSource } from "./extent-source.ts";
import type { ByteRange, Extent, FileStream } from "./file-entry.ts";
import { be32 } from "./hfs-fields.ts";
import { type HfsExtent, type HfsFork, type HfsLayout, readExtents } from "./hfs-header.ts";
import { type HfsTree, leafNodes, leafRecords, openHfsTree } from "./hfs-tree.ts";
import type { NoteProblem } from "./problem.ts";

/** Numbers of the volume's own files. @see TN1150, "Catalog Node IDs" */
const HFS_FILE = { extents: 3, catalog: 4, allocation: 6, attributes: 8 } as const;

const OVERFLOW_LIMIT = 1_000_000;

/** What all readings of one volume share. */
export interface HfsReading {
  volume: ByteSource;
  layout: HfsLayout;
  note: NoteProblem;
  catalog: HfsTree | null;
  attributes: HfsTree | null;
  /** Pieces of a fork beyond its first eight, in their order. */
  further(file: number, isResources: boolean): HfsExtent[];
  blockInUse(block: number): boolean;
}

/** A piece of a fork; `lost`: another file has it now. */
export interface HfsPiece extends HfsExtent {
  lost?: true;
}

/** Opens the volume's own files. */
export function openHfsReading(volume: ByteSource, layout: HfsLayout, note: NoteProblem): HfsReading {
  const base = { volume, layout, note };
  const extentsTree = openHfsTree(forkSource(base, layout.extents, layout.extents.extents), note);
  const further = overflowOf(extentsTree, note);
  const own = (fork: HfsFork, file: number): ByteSource =>
    forkSource(base, fork, [...fork.extents, ...further(file, false)]);
  const catalog = openHfsTree(own(layout.catalog, HFS_FILE.catalog), note);
  if (catalog === null)
    note("table-missing", layout.startByte + (layout.catalog.extents[0]?.start ?? 0) * layout.blockBytes);
  const attributes =
    layout.attributes.sizeBytes === 0 ? null : openHfsTree(own(layout.attributes, HFS_FILE.attributes), note);
  const blockInUse = bitmapReader(own(layout.allocation, HFS_FILE.allocation), note);
  return { ...base, catalog, attributes, further, blockInUse };
}

function forkSource(
  { volume, layout }: Pick<HfsReading, "volume" | "layout">,
  fork: HfsFork,
  extents: HfsExtent[],
): ByteSource {
  const { startByte, blockBytes } = layout;
  const places = extents
    .filter(({ start, count }) => start + count <= layout.blocks)
    .map(({ start, count }) => ({ startByte: startByte + start * blockBytes, lengthBytes: count * blockBytes }));
  return extentSource(volume, places, { sizeBytes: fork.sizeBytes });
}

function overflowOf(tree: HfsTree | null, note: NoteProblem): HfsReading["further"] {
  const rows = new Map<string, { from: number; extents: HfsExtent[] }[]>();
  let count = 0;
  for (const bytes of tree === null ? [] : leafNodes(tree, note)) {
    for (const { key, value } of leafRecords(bytes)) {
      if (key.length < 10 || value.length < 64 || ++count > OVERFLOW_LIMIT) continue;
      const name = `${be32(key, 2)} ${key[0] === 0xff}`;
      const own = rows.get(name);
      const row = { from: be32(key, 6), extents: readExtents(value, 0) };
      if (own === undefined) rows.set(name, [row]);
      else own.push(row);
    }
  }
  return (file, isResources) => {
    const own = rows.get(`${file} ${isResources}`) ?? [];
    return own.toSorted((a, b) => a.from - b.from).flatMap(({ extents }) => extents);
  };
}

const PAGE = 65_536;

/** One bit a block, the first in the highest place; where it cannot be read the block counts as in use. */
function bitmapReader(file: ByteSource, note: NoteProblem): (block: number) => boolean {
  let kept = -1;
  let page = new Uint8Array(0);
  return (block) => {
    const at = Math.floor(block / 8);
    const number = Math.floor(at / PAGE);
    if (number !== kept) {
      const view = new Uint8Array(PAGE);
      try {
        page = view.subarray(0, number * PAGE >= file.sizeBytes ? 0 : file.readSync(view, number * PAGE));
      } catch {
        note("bitmap-missing");
        page = new Uint8Array(0);
      }
      kept = number;
    }
    const byte = page[at - number * PAGE];
    return byte === undefined || (byte & (0x80 >> (block & 7))) !== 0;
  };
}

/** All pieces a fork names, those beyond its eighth among them. */
export function piecesOf(
  reading: HfsReading,
  fork: HfsFork,
  of: { file: number; isResources: boolean },
): { pieces: HfsPiece[]; broken: boolean } {
  const pieces: HfsPiece[] = [];
  let blocks = 0;
  let broken = false;
  const add = (extent: HfsExtent): void => {
    if (blocks >= fork.blocks) return;
    if (extent.start + extent.count > reading.layout.blocks) broken = true;
    else pieces.push(extent);
    blocks += extent.count;
  };
  for (const extent of fork.extents) add(extent);
  if (blocks < fork.blocks) for (const extent of reading.further(of.file, of.isResources)) add(extent);
  return { pieces, broken: broken || blocks < Math.ceil(fork.sizeBytes / reading.layout.blockBytes) };
}

/** A stream of pieces; what they do not cover is lost; what they have beyond its end is slack. */
export function hfsStream(
  { volume, layout }: HfsReading,
  name: string | null,
  { sizeBytes, pieces }: { sizeBytes: number; pieces: HfsPiece[] },
): FileStream {
  const extents: Extent[] = [];
  const slack: ByteRange[] = [];
  let at = 0;
  for (const { start, count, lost } of pieces) {
    const startByte = layout.startByte + start * layout.blockBytes;
    const lengthBytes = count * layout.blockBytes;
    const used = Math.max(0, Math.min(lengthBytes, sizeBytes - at));
    if (used > 0) extents.push(lost ? { startByte: null, lengthBytes: used, lost } : { startByte, lengthBytes: used });
    if (!lost && used < lengthBytes) slack.push({ startByte: startByte + used, lengthBytes: lengthBytes - used });
    at += used;
  }
  if (at < sizeBytes) extents.push({ startByte: null, lengthBytes: sizeBytes - at, lost: true });
  const stream: FileStream = { name, sizeBytes, read: extentSource(volume, extents, { sizeBytes }), extents };
  return slack.length === 0 ? stream : { ...stream, slack };
}
