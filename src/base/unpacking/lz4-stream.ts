import { copyLiterals, copyMatch, type LzTarget } from "./lz-target.ts";
import { type PackedStream, pieceStream, type ReadPacked } from "./packed-stream.ts";

// LZ4: frames one behind the other, of blocks that may look back 64 KiB; frames to be passed over; the older frame without an end.
// @see LZ4 Frame Format 1.6.4 (2023); LZ4 Block Format (2022)

const [FRAME, LEGACY, SKIPPED] = [0x184d2204, 0x184c2102, 0x184d2a50];
const HISTORY_BYTES = 65_536;
const LEGACY_BLOCK_BYTES = 2 ** 23;

function damaged(what: string): RangeError {
  return new RangeError(`Cannot unpack LZ4: it is damaged, current part is ${what}`);
}

interface Frame {
  blockBytes: number;
  blockSumBytes: number;
  endSumBytes: number;
  isLegacy: boolean;
}

/** Unpacks .lz4 of any length; memory is that of one block, 8 MiB at most. Checks are not compared. */
export function lz4Stream(read: ReadPacked): PackedStream {
  let at = 0;
  let frame: Frame | null = null;
  let target: LzTarget = { out: new Uint8Array(0), to: 0 };
  const take = (lengthBytes: number): Uint8Array => {
    const view = new Uint8Array(lengthBytes);
    return view.subarray(0, read(view, at));
  };
  const number = (): number => {
    const bytes = take(4);
    return bytes.length < 4 ? -1 : new DataView(bytes.buffer).getUint32(0, true);
  };
  const openFrame = (): Frame | null => {
    for (let mark = number(); mark >= 0; mark = number()) {
      at += 4;
      if ((mark & ~15) >>> 0 === SKIPPED) at += 4 + Math.max(0, number());
      else if (mark === LEGACY)
        return { blockBytes: LEGACY_BLOCK_BYTES, blockSumBytes: 0, endSumBytes: 0, isLegacy: true };
      else if (mark === FRAME) {
        const [flags = 0, sizes = 0] = take(2);
        at += 3 + ((flags & 8) === 0 ? 0 : 8) + ((flags & 1) === 0 ? 0 : 4);
        const blockBytes = 2 ** (8 + 2 * ((sizes >> 4) & 7));
        return {
          blockBytes,
          blockSumBytes: (flags & 16) === 0 ? 0 : 4,
          endSumBytes: (flags & 4) === 0 ? 0 : 4,
          isLegacy: false,
        };
      } else throw damaged("mark");
    }
    return null;
  };
  return pieceStream(() => {
    if (frame === null) {
      frame = openFrame();
      if (frame === null) return null;
      target = { out: new Uint8Array(HISTORY_BYTES + frame.blockBytes), to: 0 };
    }
    const { blockBytes, blockSumBytes, endSumBytes, isLegacy } = frame;
    const told = number();
    if (told < 0 && !isLegacy) throw damaged("end");
    if (told <= 0 || (isLegacy && told > 2 * blockBytes)) {
      if (!isLegacy) at += 4 + endSumBytes;
      frame = null;
      return new Uint8Array(0);
    }
    at += 4;
    const isStored = !isLegacy && told >= 2 ** 31;
    const packed = isStored ? told - 2 ** 31 : told;
    if (packed > 2 * blockBytes) throw damaged("block");
    const bytes = take(packed);
    if (bytes.length < packed) throw damaged("end");
    at += packed + blockSumBytes;
    const from = keepHistory(target);
    if (isStored) copyLiterals(target, bytes);
    else unpackBlock(bytes, target);
    return target.out.slice(from, target.to);
  });
}

/** Moves what may be looked back at to the beginning. @returns Where the next block goes. */
function keepHistory(target: LzTarget): number {
  const kept = Math.min(target.to, HISTORY_BYTES);
  target.out.copyWithin(0, target.to - kept, target.to);
  target.to = kept;
  return kept;
}

function unpackBlock(bytes: Uint8Array, target: LzTarget): void {
  let at = 0;
  const lengthOf = (nibble: number): number => {
    let length = nibble;
    for (let byte = nibble === 15 ? 255 : 0; byte === 255; ) {
      byte = bytes[at++] ?? 0;
      length += byte;
    }
    return length;
  };
  while (at < bytes.length) {
    const token = bytes[at++] ?? 0;
    const literals = lengthOf(token >> 4);
    if (at + literals > bytes.length) throw damaged("literals");
    copyLiterals(target, bytes.subarray(at, at + literals));
    at += literals;
    if (at >= bytes.length) return;
    const distance = (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
    at += 2;
    copyMatch(target, 4 + lengthOf(token & 15), distance);
  }
}
