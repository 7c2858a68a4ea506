import { bzip2Stream, lz4Stream, type PackedStream, xzStream } from "#base/unpacking";
import { inflateStream } from "#base/unpacking/node";
import { type ByteSource, memorySource } from "#examination/sources";
import type { Budget } from "./budget.ts";
import type { Packing } from "./inner-entry.ts";

const PIECE_BYTES = 2 ** 20;
/** Pieces of a long stream that are kept: what is read again shortly. */
const KEPT_PIECES = 16;

/** Unpacked bytes as a source. */
export interface UnpackedSource {
  source: ByteSource;
  /** The stream broke off, or is damaged behind what is given. */
  damaged: boolean;
  close(): void;
}

/**
 * Unpacks bytes: those up to `memoryBytes` stand in memory; a longer stream is unpacked as it is read, and once more from its start
 * where what came before is asked for. Every byte that is unpacked is spent.
 *
 * @throws {BudgetStop}
 */
export function unpackedSource(
  { packing, bytes }: { packing: Packing; bytes: ByteSource },
  { memoryBytes, budget }: { memoryBytes: number; budget: Budget },
): UnpackedSource {
  const first = openStream(packing, bytes);
  const pieces: Uint8Array[] = [];
  let lengthBytes = 0;
  try {
    while (lengthBytes < memoryBytes) {
      const { piece, damaged } = nextPiece(first, budget);
      if (piece.length > 0) pieces.push(piece);
      lengthBytes += piece.length;
      if (damaged || piece.length < PIECE_BYTES) {
        const [only] = pieces;
        const whole = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces, lengthBytes);
        return { source: memorySource(whole), damaged, close: () => undefined };
      }
    }
  } finally {
    first.close();
  }
  pieces.length = 0;
  return longSource(() => openStream(packing, bytes), budget);
}

function openStream(packing: Packing, bytes: ByteSource): PackedStream {
  const read = (view: Uint8Array, at: number): number => bytes.readSync(view, at);
  if (packing === "bzip2") return bzip2Stream(read);
  if (packing === "lz4") return lz4Stream(read);
  return packing === "xz" ? xzStream(read) : inflateStream(packing, read);
}

/** Shorter than PIECE_BYTES at the end alone. */
function nextPiece(stream: PackedStream, budget: Budget): { piece: Uint8Array; damaged: boolean } {
  const view = new Uint8Array(PIECE_BYTES);
  let given = 0;
  try {
    while (given < view.length) {
      const count = stream.next(given === 0 ? view : view.subarray(given));
      if (count === 0) break;
      given += count;
      budget.spend(count);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { piece: view.slice(0, given), damaged: true };
  }
  return { piece: given === view.length ? view : view.slice(0, given), damaged: false };
}

/** A stream that does not stand in memory; its length is found by unpacking it once. */
function longSource(open: () => PackedStream, budget: Budget): UnpackedSource {
  const kept = new Map<number, Uint8Array>();
  let stream = open();
  let next = 0;
  let damaged = false;
  const forward = (): Uint8Array => {
    const read = nextPiece(stream, budget);
    damaged ||= read.damaged;
    kept.set(next++, read.piece);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_PIECES && oldest !== undefined) kept.delete(oldest);
    return read.piece;
  };
  const pieceAt = (index: number): Uint8Array => {
    const known = kept.get(index);
    if (known !== undefined) return known;
    if (index < next) {
      stream.close();
      stream = open();
      next = 0;
    }
    let piece = forward();
    while (next <= index) piece = forward();
    return piece;
  };
  let sizeBytes = 0;
  try {
    for (let piece = forward(); ; piece = forward()) {
      sizeBytes += piece.length;
      if (piece.length < PIECE_BYTES) break;
    }
  } catch (error) {
    stream.close();
    throw error;
  }
  const source: ByteSource = {
    sizeBytes,
    readSync(view, at) {
      let done = 0;
      while (done < view.length && at + done < sizeBytes) {
        const index = Math.floor((at + done) / PIECE_BYTES);
        const part = pieceAt(index)
          .subarray(at + done - index * PIECE_BYTES)
          .subarray(0, view.length - done);
        if (part.length === 0) break;
        view.set(part, done);
        done += part.length;
      }
      return done;
    },
  };
  return { source, damaged, close: () => stream.close() };
}
