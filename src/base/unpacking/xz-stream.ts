import type { LzTarget } from "./lz-target.ts";
import { LZMA2_CHUNK_BYTES, LZMA2_PLAIN_BYTES, type Lzma2State, moveLzma2, unpackLzma2Chunk } from "./lzma.ts";
import { type PackedStream, pieceStream, type ReadPacked } from "./packed-stream.ts";
import { blockHead, CHECK_BYTES, damaged, XZ_MAGIC } from "./xz.ts";

/** What is kept of the output for later matches, whatever the stream says. */
const DICTIONARY_MOST_BYTES = 2 ** 27;
const FIRST_BYTES = 2 ** 22;

/**
 * Unpacks .xz of any length: streams one behind the other, of blocks of LZMA2; memory is that of its dictionary, 128 MiB at most.
 * Checks are not compared.
 *
 * @see The .xz file format 1.1.0 (2022)
 */
export function xzStream(read: ReadPacked): PackedStream {
  let at = 0;
  let block: XzBlock | null = null;
  let check = -1;
  const take = (from: number, lengthBytes: number): Uint8Array => {
    const view = new Uint8Array(lengthBytes);
    return view.subarray(0, read(view, from));
  };
  const nextBlock = (): boolean => {
    for (;;) {
      const head = take(at, 1024);
      if (head.length === 0) return false;
      if (check < 0) {
        if (head.every((byte) => byte === 0))
          at += head.length; // padding between streams
        else if (XZ_MAGIC.some((byte, i) => head[i] !== byte)) throw damaged("mark");
        else [check, at] = [CHECK_BYTES[(head[7] ?? 0) & 15] ?? 0, at + 12];
      } else if ((head[0] ?? 0) === 0)
        [check, at] = [-1, at + indexBytes((from, length) => take(at + from, length)) + 12];
      else {
        const { headerBytes, dictionaryBytes } = blockHead(head, 0);
        block = openBlock(dictionaryBytes);
        at += headerBytes;
        return true;
      }
    }
  };
  let from = 0;
  return pieceStream(() => {
    if (block === null) {
      if (!nextBlock()) return null;
      from = at;
    }
    const chunk = block?.chunk(take(at, LZMA2_CHUNK_BYTES)) ?? { used: 0, piece: null };
    at += chunk.used;
    if (chunk.piece !== null) return chunk.piece;
    at += ((4 - ((at - from) & 3)) & 3) + check;
    block = null;
    return new Uint8Array(0);
  });
}

interface XzBlock {
  /** @returns piece null at the block's end. */
  chunk(bytes: Uint8Array): { used: number; piece: Uint8Array | null };
}

function openBlock(dictionaryBytes: number): XzBlock {
  const keptBytes = Math.min(dictionaryBytes, DICTIONARY_MOST_BYTES);
  const mostBytes = keptBytes + 2 * LZMA2_PLAIN_BYTES;
  const target: LzTarget = { out: new Uint8Array(Math.min(FIRST_BYTES, mostBytes)), to: 0 };
  const state: Lzma2State = { model: null, properties: 0, start: 0 };
  const makeRoom = (): void => {
    if (target.to + LZMA2_PLAIN_BYTES <= target.out.length) return;
    if (target.out.length < mostBytes) {
      const grown = new Uint8Array(Math.min(mostBytes, target.out.length * 2));
      grown.set(target.out.subarray(0, target.to));
      target.out = grown;
      if (target.to + LZMA2_PLAIN_BYTES <= grown.length) return;
    }
    const dropped = target.to - keptBytes;
    target.out.copyWithin(0, dropped, target.to);
    target.to = keptBytes;
    moveLzma2(state, dropped);
  };
  return {
    chunk(bytes) {
      if (bytes.length === 0) throw damaged("end");
      makeRoom();
      const from = target.to;
      const { at, last } = unpackLzma2Chunk({ bytes, at: 0 }, state, target);
      return { used: at, piece: last ? null : target.out.slice(from, target.to) };
    },
  };
}

/** The length of an index: its count, two numbers a block, and what fills it up; its sum behind it. */
function indexBytes(take: (from: number, lengthBytes: number) => Uint8Array): number {
  const head = take(0, 16);
  let at = 1;
  let [count, factor] = [0, 1];
  for (;;) {
    const byte = head[at++];
    if (byte === undefined) throw damaged("index");
    count += (byte & 127) * factor;
    factor *= 128;
    if (byte < 128) break;
  }
  for (let left = count * 2; left > 0; ) {
    const piece = take(at, 65_536);
    if (piece.length === 0) throw damaged("index");
    for (let i = 0; i < piece.length && left > 0; i++, at++) if ((piece[i] ?? 0) < 128) left--;
  }
  return at + ((4 - (at & 3)) & 3) + 4;
}
