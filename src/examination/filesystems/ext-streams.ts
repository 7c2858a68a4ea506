import type { ByteSource } from "#examination/sources";
import { type BlockMap, type BlockRun, blockMap, isShortLink } from "./ext-blocks.ts";
import type { FormerInode } from "./ext-former.ts";
import { inlineBytes } from "./ext-inline.ts";
import { type ExtInode, INODE_FLAG } from "./ext-inode.ts";
import { type ExtPresent, type ExtReading, formerGround, presentGround } from "./ext-reading.ts";
import { extentSource } from "./extent-source.ts";
import type { ByteRange, Certainty, Extent, FileStream } from "./file-entry.ts";
import type { Claims } from "./ntfs-claims.ts";

/** A run, or a part of one that another file has now. */
interface Piece extends BlockRun {
  lost?: true;
}

/** What an entry's bytes are. */
export interface ExtContent {
  certainty: Certainty;
  streams: FileStream[];
  target?: Uint8Array;
}

const BLOCKS_LIMIT = 2 ** 32;
const LINK_LIMIT = 4096;

/** The content of an inode in use. */
export function presentContent(reading: ExtPresent, inode: ExtInode): ExtContent {
  const held = heldBytes(reading, inode);
  if (held !== null) return { certainty: "proven", ...held };
  const map = blockMap(inode, presentGround(reading));
  if (map.broken) reading.note("chain-broken", null, { inode: inode.number });
  const stream = streamOf(reading, inode, { pieces: map.runs, broken: map.broken });
  return { certainty: map.broken ? "partly-overwritten" : "proven", ...withTarget(inode, stream) };
}

/** The content of a deleted inode: what nobody else has, or had later. `key`: who asks, in the book of claims. */
export function formerContent(
  reading: ExtReading,
  former: FormerInode,
  { claims, key }: { claims: Claims; key: number },
): ExtContent {
  const { inode } = former;
  const held = heldBytes(reading, inode);
  if (held !== null) return { certainty: "proven", ...held };
  const map = blockMap(inode, formerGround(reading, former.sequence));
  const pieces = map.runs.flatMap((run) => ownPieces(reading, run, { claims, key, sequence: former.sequence }));
  if (!pieces.some((piece) => !piece.lost)) return { certainty: "name-only", streams: [] };
  const stream = streamOf(reading, inode, { pieces, broken: map.broken });
  const whole = !map.broken && !pieces.some((piece) => piece.lost);
  return { certainty: whole ? "proven" : "partly-overwritten", ...withTarget(inode, stream) };
}

/** The runs a deleted inode names, for the book of claims. */
export function formerRuns(reading: ExtReading, { inode, sequence }: FormerInode): BlockMap {
  return blockMap(inode, formerGround(reading, sequence));
}

/** Bytes in the inode itself: a small file, a short link, or nothing at all. */
function heldBytes({ layout }: ExtPresent, inode: ExtInode): Omit<ExtContent, "certainty"> | null {
  if (inode.kind === "other") return { streams: [] };
  const short = isShortLink(inode, layout.blockBytes) ? inode.block.slice(0, inode.sizeBytes) : null;
  const bytes = short ?? inlineBytes(inode);
  if (bytes === null) return null;
  const extents: Extent[] = bytes.length > 0 ? [{ startByte: null, lengthBytes: bytes.length }] : [];
  const stream = marked(inode, { name: null, sizeBytes: inode.sizeBytes, read: bytesSource(bytes), extents });
  return inode.kind === "link" ? { streams: [stream], target: bytes } : { streams: [stream] };
}

function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    readSync: (view, offsetBytes) => {
      if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0) {
        throw new RangeError(`Cannot read: the offset must be a whole number from 0, current value is ${offsetBytes}`);
      }
      const part = bytes.subarray(offsetBytes, offsetBytes + view.length);
      view.set(part);
      return part.length;
    },
  };
}

function marked(inode: ExtInode, stream: FileStream): FileStream {
  return (inode.flags & INODE_FLAG.encrypted) !== 0 && inode.kind !== "directory"
    ? { ...stream, encrypted: true }
    : stream;
}

function withTarget(inode: ExtInode, stream: FileStream): Omit<ExtContent, "certainty"> {
  if (inode.kind !== "link") return { streams: [stream] };
  const target = new Uint8Array(Math.min(stream.read.sizeBytes, LINK_LIMIT));
  try {
    return { streams: [stream], target: target.subarray(0, stream.read.readSync(target, 0)) };
  } catch {
    // The link's block cannot be read: the link is there, where it points is not known.
    return { streams: [stream] };
  }
}

/** Splits a run of a deleted inode: blocks in use now or since, and those another deleted inode had later, are lost. */
function ownPieces(
  { bitmaps, reusedSince, budget }: ExtReading,
  run: BlockRun,
  { claims, key, sequence }: { claims: Claims; key: number; sequence: number | null },
): Piece[] {
  const isLost = (block: number): boolean =>
    bitmaps.blockInUse(block) || (sequence !== null && reusedSince(block, sequence));
  budget.checkedBlocks -= run.count;
  if (budget.checkedBlocks < 0) return [{ ...run, lost: true }];
  const pieces: Piece[] = [];
  const add = (block: number, lost: boolean): void => {
    const last = pieces.at(-1);
    if (last !== undefined && (last.lost ?? false) === lost && last.block + last.count === block) last.count++;
    else {
      const piece: Piece = { ...run, logical: run.logical + (block - run.block), block, count: 1 };
      pieces.push(lost ? { ...piece, lost } : piece);
    }
  };
  for (const part of claims.split(key, { first: run.block, count: run.count })) {
    for (let block = part.first; block < part.first + part.count; block++) add(block, !part.own || isLost(block));
  }
  return pieces;
}

/** A stream of its pieces; what no piece covers is sparse, or lost where the map is broken; beyond its end is slack. */
function streamOf(
  { volume, layout, note }: ExtPresent,
  inode: ExtInode,
  { pieces, broken }: { pieces: Piece[]; broken: boolean },
): FileStream {
  const { blockBytes } = layout;
  const sizeBytes = Math.min(inode.sizeBytes, BLOCKS_LIMIT * blockBytes);
  if (sizeBytes < inode.sizeBytes) note("size-beyond-volume", null, { size: inode.sizeBytes });
  const extents: Extent[] = [];
  const slack: ByteRange[] = [];
  let at = 0;
  const gap = (end: number): void => {
    const lengthBytes = Math.min(end, sizeBytes) - at;
    if (lengthBytes > 0)
      extents.push(broken ? { startByte: null, lengthBytes, lost: true } : { startByte: null, lengthBytes });
    at = Math.max(at, Math.min(end, sizeBytes));
  };
  for (const { logical, block, count, unwritten, lost } of pieces) {
    const startByte = block * blockBytes;
    const lengthBytes = count * blockBytes;
    gap(logical * blockBytes);
    const used = Math.max(0, Math.min(lengthBytes, sizeBytes - logical * blockBytes));
    if (used > 0 && lost) extents.push({ startByte: null, lengthBytes: used, lost });
    else if (used > 0) extents.push({ startByte: unwritten ? null : startByte, lengthBytes: used });
    const left = unwritten ? 0 : used;
    if (!lost && left < lengthBytes) slack.push({ startByte: startByte + left, lengthBytes: lengthBytes - left });
    at += used;
  }
  gap(sizeBytes);
  const stream: FileStream = { name: null, sizeBytes, read: extentSource(volume, extents, { sizeBytes }), extents };
  return marked(inode, slack.length === 0 ? stream : { ...stream, slack });
}
