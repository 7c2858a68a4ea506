import { createHash, type Hash, hash } from "node:crypto";
import { type ByteSource, ReadError } from "#examination/sources";
import type { Algorithm, UnreadRange } from "./digests.ts";

const PIECE_BYTES = 1024 * 1024;
const SECTOR = 512;

/** How a source is read to its end. */
interface ReadingThrough {
  /** Gets every byte in order; unreadable ones as zeros. The piece is used again: it must be done with at return. */
  onPiece?: (piece: Uint8Array, offsetBytes: number) => void;
  /** Ranges known to be unreadable, ascending: they are not tried. */
  holes?: readonly UnreadRange[];
  /** Nothing is given for the holes. */
  skipHoles?: true;
  /** The source is an image's media: its errors say where the unreadable stretch ends, in its own offsets. */
  ofMedia?: true;
  signal?: AbortSignal;
}

/** Kept from one reading to the next: a list with digests reads as many sources as there are files. */
let spare: Uint8Array | null = null;

/**
 * Reads a source from start to end, once, with one buffer of 1 MiB.
 *
 * @returns What could not be read, neighbours joined; the rest of the source where it was aborted.
 */
export function readThrough(source: ByteSource, how: ReadingThrough): UnreadRange[] {
  const buffer = spare ?? new Uint8Array(PIECE_BYTES);
  spare = null; // a reading within this one takes its own
  try {
    return readWith(buffer, source, how);
  } finally {
    spare = buffer;
  }
}

function readWith(buffer: Uint8Array, source: ByteSource, how: ReadingThrough): UnreadRange[] {
  const unread: UnreadRange[] = [];
  const holes = [...(how.holes ?? [])];
  const give = (length: number, at: number): void => how.onPiece?.(buffer.subarray(0, length), at);
  const miss = (startByte: number, lengthBytes: number): void => {
    const last = unread.at(-1);
    if (last !== undefined && last.startByte + last.lengthBytes === startByte) last.lengthBytes += lengthBytes;
    else unread.push({ startByte, lengthBytes });
    buffer.fill(0, 0, Math.min(buffer.length, lengthBytes));
    for (let done = 0; done < lengthBytes; done += buffer.length)
      give(Math.min(buffer.length, lengthBytes - done), startByte + done);
  };
  for (let at = 0; at < source.sizeBytes; ) {
    if (how.signal?.aborted === true) {
      unread.push({ startByte: at, lengthBytes: source.sizeBytes - at });
      return unread;
    }
    while (holes[0] !== undefined && holes[0].startByte + holes[0].lengthBytes <= at) holes.shift();
    const [hole] = holes;
    if (hole !== undefined && hole.startByte <= at) {
      const end = Math.min(source.sizeBytes, hole.startByte + hole.lengthBytes);
      if (how.skipHoles) unread.push({ startByte: at, lengthBytes: end - at });
      else miss(at, end - at);
      at = end;
      continue;
    }
    const end = Math.min(source.sizeBytes, at + buffer.length, hole?.startByte ?? Number.POSITIVE_INFINITY);
    const { good, bad } = readPiece(source, { view: buffer.subarray(0, end - at), at, ofMedia: how.ofMedia ?? false });
    if (good > 0) give(good, at);
    if (bad > 0) miss(at + good, bad);
    at += good + bad;
  }
  return unread;
}

/** One read: bytes that are good, and bytes behind them to pass over. */
function readPiece(
  source: ByteSource,
  { view, at, ofMedia }: { view: Uint8Array; at: number; ofMedia: boolean },
): { good: number; bad: number } {
  try {
    const good = source.readSync(view, at);
    // A source that ends before its size is damage of the source.
    return good > 0 ? { good, bad: 0 } : { good: 0, bad: view.length };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    const from = at + error.goodBytes;
    const step = (ofMedia ? unreadUntil(error) : null) ?? (Math.floor(from / SECTOR) + 1) * SECTOR;
    return { good: error.goodBytes, bad: Math.max(1, Math.min(step, at + view.length) - from) };
  }
}

/** Where an image says that its unreadable stretch ends, in the same source. */
function unreadUntil({ cause }: ReadError): number | null {
  const until = typeof cause === "object" && cause !== null && "untilByte" in cause ? cause.untilByte : null;
  return typeof until === "number" ? until : null;
}

/** Digests of a source, read through once; unreadable bytes count as zeros. */
export function digestSource(
  source: ByteSource,
  algorithms: readonly Algorithm[],
  how: ReadingThrough = {},
): { digests: Map<Algorithm, string>; unread: UnreadRange[] } {
  let whole: [Algorithm, string][] | null = null;
  const hashes: Hash[] = [];
  const begin = (): void => void hashes.push(...algorithms.slice(hashes.length).map((name) => createHash(name)));
  const onPiece = (piece: Uint8Array, offsetBytes: number): void => {
    // Most files are one piece: a digest at one call is twice as fast.
    if (piece.length === source.sizeBytes) whole = algorithms.map((name) => [name, hash(name, piece)]);
    else {
      begin();
      for (const one of hashes) one.update(piece);
    }
    how.onPiece?.(piece, offsetBytes);
  };
  const unread = readThrough(source, { ...how, onPiece });
  if (whole !== null) return { digests: new Map(whole), unread };
  begin();
  return { digests: new Map(algorithms.map((name, i) => [name, hashes[i]?.digest("hex") ?? ""])), unread };
}
