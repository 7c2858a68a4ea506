import { holds, little } from "#base/values";
import { likenessFault } from "./faults.ts";
import type { FrameHash } from "./video-likeness.ts";

// How a release's perceptual fingerprints lie in its sealed payload: docs/formats/likeness-set.md.

const MAGIC = "PHUMLIK1";
/** 2 where the set says by how many officers its entries were confirmed; else 1, which older readers know. */
const VERSIONS = [1, 2];
const HEAD_BYTES = 64;
const HASH_BYTES = 32;
const VIDEO_BYTES = 16;
const FRAME_BYTES = 40;
/** In a quality's place: the list does not say. */
const UNSAID = 255;
/** Of each kind; a memory of ours holds no more. */
const ENTRIES_MOST = 40_000_000;
/** 1 MiB at a time. */
const PIECE_ENTRIES = 32_768;
const OPAQUE_BYTES_MOST = 2 ** 31;

/** The perceptual fingerprints of one release. */
export interface LikenessEntries {
  thresholds: { distanceBits: number; quality: number };
  /** 32 bytes each, one after another. */
  known: Uint8Array;
  /** Of each known hash, 0 to 100; 255: its list does not say. */
  knownQuality: Uint8Array;
  /** Hashes of what is harmless and looks alike: the nearer of both wins. */
  benign: Uint8Array;
  videos: FrameHash[][];
  /** Whether parts of a picture are asked about too; absent: the whole alone. */
  robust?: true;
  /** Values of foreign kinds, `kind value`, for a provider of the agency's own. */
  opaque: string[];
  /** How many officers confirmed each known picture and each video, 255: that many or more. Absent: nobody confirmed any. */
  confirmed?: { pictures: Uint8Array; videos: Uint8Array };
}

/** How many officers confirmed an entry; 255: that many or more. */
export function officersOf({ confirmed }: LikenessEntries, kind: "picture" | "video", entry: number): number {
  return confirmed?.[kind === "video" ? "videos" : "pictures"][entry] ?? 0;
}

/** A set's bytes in pieces, and their sum. */
export interface LaidSet {
  lengthBytes: number;
  pieces(): Iterable<Uint8Array>;
}

/**
 * Lays a set out.
 *
 * @throws {RangeError} When hashes are not of 32 bytes, qualities are not one each, or there are more than 40 million of a kind.
 */
export function laySet(entries: LikenessEntries): LaidSet {
  const { known, knownQuality, benign, videos, opaque, confirmed } = entries;
  const frames = videos.reduce((sum, video) => sum + video.length, 0);
  const counts = {
    known: known.length / HASH_BYTES,
    benign: benign.length / HASH_BYTES,
    videos: videos.length,
    frames,
  };
  for (const [what, count] of Object.entries(counts)) {
    if (!Number.isInteger(count) || count > ENTRIES_MOST) {
      throw new RangeError(
        `Cannot lay out a set: ${what} must be at most ${ENTRIES_MOST} whole entries, current number is ${count}`,
      );
    }
  }
  if (knownQuality.length !== counts.known) {
    throw new RangeError(
      `Cannot lay out a set: ${counts.known} hashes need as many qualities, current number is ${knownQuality.length}`,
    );
  }
  if (confirmed !== undefined && !fits(confirmed, counts)) {
    throw new RangeError("Cannot lay out a set: it must say of each picture and video by how many it was confirmed");
  }
  const text = new TextEncoder().encode(opaque.map((line) => `${line}\n`).join(""));
  const pieces = [
    headOf(entries, { ...counts, opaque: text.length }),
    ...[known, knownQuality, confirmed?.pictures ?? new Uint8Array(0)],
    ...[padding(counts.known * (confirmed ? 2 : 1)), benign],
    ...[videoTable(videos, confirmed?.videos), frameTable(videos, frames), text],
  ];
  return { lengthBytes: pieces.reduce((sum, { length }) => sum + length, 0), pieces: () => pieces };
}

function fits(
  { pictures, videos }: NonNullable<LikenessEntries["confirmed"]>,
  counts: Record<"known" | "videos", number>,
): boolean {
  return pictures.length === counts.known && videos.length === counts.videos;
}

function headOf(
  { thresholds, confirmed, robust }: LikenessEntries,
  counts: Record<"known" | "benign" | "videos" | "frames" | "opaque", number>,
): Uint8Array {
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  for (let i = 0; i < MAGIC.length; i++) head[i] = MAGIC.charCodeAt(i);
  const { known, benign, videos, frames, opaque } = counts;
  const numbers = [confirmed ? 2 : 1, 0, known, benign, videos, frames, opaque];
  for (const [i, number] of numbers.entries()) view.setUint32(8 + 4 * i, number, true);
  head[36] = thresholds.distanceBits;
  head[37] = thresholds.quality;
  if (robust) head[38] = 1;
  return head;
}

/** Bytes behind so many, up to a multiple of 32. */
function padding(bytes: number): Uint8Array {
  return new Uint8Array((HASH_BYTES - (bytes % HASH_BYTES)) % HASH_BYTES);
}

function videoTable(videos: FrameHash[][], confirmed?: Uint8Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(VIDEO_BYTES * videos.length));
  let first = 0;
  for (const [i, frames] of videos.entries()) {
    view.setUint32(VIDEO_BYTES * i, first, true);
    view.setUint32(VIDEO_BYTES * i + 4, frames.length, true);
    view.setUint8(VIDEO_BYTES * i + 8, confirmed?.[i] ?? 0);
    first += frames.length;
  }
  return new Uint8Array(view.buffer);
}

function frameTable(videos: FrameHash[][], count: number): Uint8Array {
  const bytes = new Uint8Array(FRAME_BYTES * count);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { hash, quality, timestampMs } of videos.flat()) {
    if (hash.length !== HASH_BYTES) throw new RangeError(`Cannot lay out a frame: its hash has ${hash.length} bytes`);
    bytes.set(hash, at);
    bytes[at + 32] = quality;
    view.setUint32(at + 36, Math.min(0xffffffff, Math.max(0, Math.round(timestampMs))), true);
    at += FRAME_BYTES;
  }
  return bytes;
}

/** A set as it lies somewhere; `readInto` gives authentic bytes. */
export interface StoredSet {
  lengthBytes: number;
  readInto(target: Uint8Array, offset: number): void;
}

/** The known pictures of a stored set, to be read in pieces. */
export interface StoredHashes {
  count: number;
  /** Hashes one after another, from an entry on; each piece counts until the next is asked for. */
  pieces(firstEntry: number, entries: number): Generator<Uint8Array>;
}

/**
 * Reads a set.
 *
 * @param takeKnown Is given the known pictures' hashes instead, so that they need not lie in memory twice; the set's own are then none.
 * @throws {Fault} likeness/set, when it is not of its form or of a later version.
 */
export function readSet(stored: StoredSet, takeKnown?: (known: StoredHashes) => void): LikenessEntries {
  const { thresholds, version, robust, lengths } = readHead(stored);
  const count = (lengths[0] ?? 0) / HASH_BYTES;
  takeKnown?.({ count, pieces: (first, entries) => hashPieces(stored, first, entries) });
  let at = HEAD_BYTES;
  const parts = lengths.map((length, i) => {
    if (i === 0 && takeKnown !== undefined) {
      at += length;
      return new Uint8Array(0);
    }
    const bytes = new Uint8Array(length);
    stored.readInto(bytes, at);
    at += length;
    return bytes;
  });
  const [known, quality, pictures, , benign, table, rows, text] = parts;
  if (!known || !quality || !pictures || !benign || !table || !rows || !text) throw wrong("its parts");
  if (quality.some((value) => value > 100 && value !== UNSAID)) throw wrong("a quality over 100");
  const opaque = new TextDecoder("utf-8").decode(text).split("\n").slice(0, -1);
  const videos = videosOf(table, rows);
  const ofVideos = Uint8Array.from(videos, (_, i) => table[VIDEO_BYTES * i + 8] ?? 0);
  return {
    ...{ thresholds, known, knownQuality: quality, benign, videos, opaque },
    ...(robust && { robust }),
    ...(version > 1 && { confirmed: { pictures, videos: ofVideos } }),
  };
}

function* hashPieces({ readInto }: StoredSet, firstEntry: number, entries: number): Generator<Uint8Array> {
  const piece = new Uint8Array(HASH_BYTES * Math.min(entries, PIECE_ENTRIES));
  for (let done = 0; done < entries; done += PIECE_ENTRIES) {
    const part = piece.subarray(0, HASH_BYTES * Math.min(PIECE_ENTRIES, entries - done));
    readInto(part, HEAD_BYTES + HASH_BYTES * (firstEntry + done));
    yield part;
  }
}

/**
 * One entry by the number that reports give: a picture's hash, or the hashes of a video's frames one after another. Reads no more than that.
 *
 * @returns null where the set has no entry of this number.
 * @throws {Fault} likeness/set, as readSet().
 */
export function readEntry(stored: StoredSet, kind: "picture" | "video", entry: number): Uint8Array | null {
  const { lengths } = readHead(stored);
  const [known = 0, quality = 0, pictures = 0, padded = 0, benign = 0, table = 0, rows = 0] = lengths;
  if (kind === "picture") {
    if (!(entry >= 0 && entry < known / HASH_BYTES)) return null;
    const hash = new Uint8Array(HASH_BYTES);
    stored.readInto(hash, HEAD_BYTES + HASH_BYTES * entry);
    return hash;
  }
  if (!(entry >= 0 && entry < table / VIDEO_BYTES)) return null;
  const tableAt = HEAD_BYTES + known + quality + pictures + padded + benign;
  const row = new Uint8Array(VIDEO_BYTES);
  stored.readInto(row, tableAt + VIDEO_BYTES * entry);
  const [first, frames] = [little(row, 0, 4), little(row, 4, 4)];
  if (first + frames > rows / FRAME_BYTES) throw wrong("a video's frames");
  const bytes = new Uint8Array(FRAME_BYTES * frames);
  stored.readInto(bytes, tableAt + table + FRAME_BYTES * first);
  const hashes = new Uint8Array(HASH_BYTES * frames);
  for (let i = 0; i < frames; i++) {
    hashes.set(bytes.subarray(FRAME_BYTES * i, FRAME_BYTES * i + HASH_BYTES), HASH_BYTES * i);
  }
  return hashes;
}

function wrong(why: string): Error {
  return likenessFault("likeness/set", `The set of fingerprints is not of its form: ${why}`);
}

/** Version, thresholds, and the lengths of the parts that follow: hashes, qualities, confirmed, 0, benign, videos, frames, foreign. */
function readHead({ lengthBytes, readInto }: StoredSet): {
  version: number;
  robust: boolean;
  thresholds: LikenessEntries["thresholds"];
  lengths: number[];
} {
  if (lengthBytes < HEAD_BYTES) throw wrong("its head is cut");
  const head = new Uint8Array(HEAD_BYTES);
  readInto(head, 0);
  const version = little(head, 8, 4);
  if (!holds(head, 0, MAGIC) || !VERSIONS.includes(version)) throw wrong("another format or version");
  const numbers = [16, 20, 24, 28, 32].map((at) => little(head, at, 4));
  const [known = 0, benign = 0, videos = 0, frames = 0, opaque = 0] = numbers;
  const confirmed = version > 1 ? known : 0;
  const lengths = [
    ...[known * HASH_BYTES, known, confirmed, padding(known + confirmed).length, benign * HASH_BYTES],
    ...[videos * VIDEO_BYTES, frames * FRAME_BYTES, opaque],
  ];
  const tooMany = Math.max(known, benign, videos, frames) > ENTRIES_MOST || opaque > OPAQUE_BYTES_MOST;
  if (tooMany || HEAD_BYTES + lengths.reduce((sum, length) => sum + length, 0) !== lengthBytes)
    throw wrong("its lengths");
  const thresholds = { distanceBits: head[36] ?? 0, quality: head[37] ?? 0 };
  return { version, robust: head[38] === 1, thresholds, lengths };
}

function videosOf(table: Uint8Array, rows: Uint8Array): FrameHash[][] {
  const count = rows.length / FRAME_BYTES;
  let next = 0;
  return Array.from({ length: table.length / VIDEO_BYTES }, (_, i) => {
    const [first, frames] = [little(table, VIDEO_BYTES * i, 4), little(table, VIDEO_BYTES * i + 4, 4)];
    if (first !== next || first + frames > count) throw wrong("a video's frames");
    next += frames;
    return Array.from({ length: frames }, (_row, frame) => {
      const at = (first + frame) * FRAME_BYTES;
      const hash = rows.subarray(at, at + HASH_BYTES);
      return { frame, hash, quality: rows[at + 32] ?? 0, timestampMs: little(rows, at + 36, 4) };
    });
  });
}
