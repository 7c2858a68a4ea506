import type { ByteSource } from "#examination/sources";
import { type Candidate, FOLLOWED_FORMATS, isHolder } from "./candidate.ts";
import type { CarveGround } from "./carve-ground.ts";
import { followCab, followRar, followSevenZip } from "./follow-archives.ts";
import { followBoxes } from "./follow-boxes.ts";
import { followBzip2 } from "./follow-bzip2.ts";
import { followSqlite, followSqliteLog, followThumbcache } from "./follow-databases.ts";
import { followOle, followPdf } from "./follow-documents.ts";
import { followJpeg } from "./follow-jpeg.ts";
import { followMail } from "./follow-mail.ts";
import { followBmp, followGif, followPng } from "./follow-plain.ts";
import { followRiff } from "./follow-riff.ts";
import { followGzip, followXz, followZstd } from "./follow-streams.ts";
import { followTar } from "./follow-tar.ts";
import { followTiff } from "./follow-tiff.ts";
import { followZip } from "./follow-zip.ts";
import { type HeaderFinder, HITS_MOST, WINDOW_BYTES } from "./header-finder.ts";
import { type HeaderKind, headerOf } from "./header-kind.ts";
import type { Inflater } from "./inflater.ts";
import type { ByteRange } from "./joined-ranges.ts";
import { searchedBytes } from "./searched-bytes.ts";

/** How bytes are searched. */
export interface CarveWishes {
  finder: HeaderFinder;
  /** Unpacks; absent: gzip is not followed, and zstd not proven. */
  inflate?: Inflater;
  /** Goes on behind what was searched before. */
  fromByte?: number;
  /** Where files may begin: at any byte (1, default), or only where a sector does (512). */
  everyBytes?: 1 | 512;
  /** Size of a cluster, a multiple of 512; default 4096. */
  grainBytes?: number;
}

/** What was done, so far. */
export interface CarveCount {
  /** Everything before it was searched: a later search goes on here. */
  nextByte: number;
  searchedBytes: number;
  /** Beginnings that were looked at, and those that were none. */
  beginnings: number;
  decoys: number;
  /** Beginnings that were left, since following them would have taken too long. */
  left: number;
}

/**
 * A candidate, or that a stretch was searched. `outer`: the number of a candidate within whose bytes it lies; it is a file of its own
 * only where that one is none.
 */
export type CarveStep =
  | { kind: "candidate"; candidate: Candidate; number: number; outer: number | null }
  | { kind: "searched"; count: CarveCount };

/** What following candidates may cost, for each byte that is searched, and to begin with. */
const WALK_SHARE = 16;
const GAP_SHARE = 4;
const HELD_SHARE = 16;
const FIRST_BYTES = 128 * 2 ** 20;
const FIRST_HELD_BYTES = 2 ** 30;
const SECTOR = 512;

const FOLLOWERS: Record<HeaderKind, (ground: CarveGround, at: number) => Candidate | null> = {
  jpeg: followJpeg,
  png: followPng,
  gif: followGif,
  riff: followRiff,
  ftyp: (ground, at) => (at < 4 ? null : followBoxes(ground, at - 4)),
  bmp: followBmp,
  tiff: followTiff,
  mov: followBoxes,
  ...{ zip: followZip, "7z": followSevenZip, rar: followRar, cab: followCab, tar: followTar },
  ...{ gzip: followGzip, bzip2: followBzip2, xz: followXz, zstd: followZstd },
  ...{ ole: followOle, pdf: followPdf, mail: followMail },
  ...{ sqlite: followSqlite, "sqlite-wal": followSqliteLog, thumbcache: followThumbcache },
};

/**
 * Searches bytes for pictures, films and files that hold files by their structure, in one pass. What a picture that is whole covers is not
 * searched again, so that pictures within it are not told a second time.
 *
 * @param source What is searched: the free space of a volume joined, a file, a medium.
 * @returns Candidates that only a decoder can confirm, and between them how far it came; what could not be read counts as zeros.
 */
export function* carve(source: ByteSource, wishes: CarveWishes): Generator<CarveStep, readonly ByteRange[]> {
  const { finder, everyBytes = 1, grainBytes = 4096 } = wishes;
  const bytes = searchedBytes(source);
  const ground: CarveGround = {
    ...{ bytes, grainBytes, walkBytes: FIRST_BYTES, gapBytes: FIRST_BYTES, heldBytes: FIRST_HELD_BYTES },
    ...{ inflate: wishes.inflate ?? null, parts: new Set() },
  };
  const count: CarveCount = { nextByte: wishes.fromByte ?? 0, searchedBytes: 0, beginnings: 0, decoys: 0, left: 0 };
  const known: Known = { taken: [], outer: [], candidates: 0 };
  while (count.nextByte < bytes.sizeBytes) {
    const fromByte = count.nextByte;
    // Some kinds are looked for where sectors begin.
    const windowAt = fromByte - (fromByte % SECTOR);
    const length = Math.min(WINDOW_BYTES, bytes.fill(finder.window, windowAt));
    const look = { ground, count, known, windowAt, length, everyBytes };
    yield* inWindow(finder, look);
    count.nextByte = Math.max(windowAt + length, count.nextByte);
    const passed = count.nextByte - fromByte;
    count.searchedBytes += passed;
    ground.walkBytes = Math.min(FIRST_BYTES, ground.walkBytes + passed * WALK_SHARE);
    ground.gapBytes = Math.min(FIRST_BYTES, ground.gapBytes + passed * GAP_SHARE);
    ground.heldBytes = Math.min(FIRST_HELD_BYTES, ground.heldBytes + passed * HELD_SHARE);
    forget(known, count.nextByte);
    forgetParts(ground.parts, count.nextByte);
    yield { kind: "searched", count: { ...count } };
  }
  return bytes.unread;
}

/** What was found before, as far as it reaches on. */
interface Known {
  /** Second pieces that lie ahead. */
  taken: ByteRange[];
  /** Candidates within which others are looked for. */
  outer: (ByteRange & { number: number })[];
  candidates: number;
}

function forget(known: Known, beforeByte: number): void {
  const isAhead = ({ startByte, lengthBytes }: ByteRange): boolean => startByte + lengthBytes > beforeByte;
  known.taken = known.taken.filter(isAhead);
  known.outer = known.outer.filter(isAhead);
}

/** They were noted in their order, or nearly so. */
function forgetParts(parts: Set<number>, beforeByte: number): void {
  for (const place of parts) {
    if (place >= beforeByte) return;
    parts.delete(place);
  }
}

interface Look {
  ground: CarveGround;
  count: CarveCount;
  known: Known;
  windowAt: number;
  length: number;
  everyBytes: 1 | 512;
}

/** Candidates that begin in a window; a file that reaches beyond it moves count.nextByte to its end. */
function* inWindow(finder: HeaderFinder, look: Look): Generator<CarveStep> {
  const { count, known, windowAt, length, everyBytes } = look;
  for (let from = count.nextByte - windowAt; from < length; ) {
    const hits = finder.find(from, length, everyBytes).slice();
    for (const hit of hits) {
      const { at: within, kind } = headerOf(hit);
      const at = windowAt + within;
      if (at < count.nextByte || known.taken.some((piece) => holdsByte(piece, at))) continue;
      if (look.ground.parts.has(at)) continue;
      const candidate = followed(look, kind, at);
      if (candidate !== null) yield noted(candidate, look);
    }
    const last = hits.at(-1);
    const next = hits.length < HITS_MOST || last === undefined ? length : headerOf(last).at + 1;
    from = Math.max(next, Math.min(length, count.nextByte - windowAt));
  }
}

/** Notes what a candidate covers. */
function noted(candidate: Candidate, { count, known }: Look): CarveStep {
  const { pieces, format, how } = candidate;
  const [first = { startByte: 0, lengthBytes: 0 }, second] = pieces;
  const outer = known.outer.findLast((one) => holdsByte(one, first.startByte))?.number ?? null;
  const number = known.candidates++;
  // What a gap hides is searched, and a beginning's thumbnail may be all that is left of it.
  const isFollowed = FOLLOWED_FORMATS.includes(format) && how !== "beginning";
  if (isFollowed) count.nextByte = first.startByte + first.lengthBytes;
  // What lies in one that holds files may lie there unpacked: it is told for itself.
  else if (how !== "beginning" && !isHolder(format)) known.outer.push({ ...first, number });
  if (second !== undefined) known.taken.push(second);
  return { kind: "candidate", candidate, number, outer };
}

function followed({ ground, count }: Look, kind: HeaderKind, at: number): Candidate | null {
  count.beginnings++;
  const isLeft = ground.walkBytes <= 0 || (isHolder(kind) && ground.heldBytes <= 0);
  const candidate = isLeft ? null : FOLLOWERS[kind](ground, at);
  if (candidate !== null && isHolder(kind)) ground.heldBytes -= candidate.sizeBytes;
  if (candidate === null && (isLeft || ground.walkBytes <= 0)) count.left++;
  else if (candidate === null) count.decoys++;
  return candidate;
}

function holdsByte({ startByte, lengthBytes }: ByteRange, at: number): boolean {
  return at >= startByte && at < startByte + lengthBytes;
}
