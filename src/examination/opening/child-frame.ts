// What a limited child says: frames of a kind (one byte), a length (four, little-endian) and as many bytes. JSON for what is
// told, text for what a list prints (before it the position in the walk that it reaches), bytes for contents.

/** Kinds of frames, as their first byte. */
export const FRAME = { json: 0x4a, text: 0x54, bytes: 0x44 } as const;
export const FRAME_HEAD_BYTES = 5;
/** Tree (4 bytes) and entries (6) before a text. */
export const TEXT_HEAD_BYTES = 10;
/** No frame is longer: a child that says so is broken. */
const FRAME_MOST_BYTES = 64 << 20;

/** A whole frame. */
export interface Frame {
  kind: number;
  payload: Uint8Array;
}

/** The head of a frame. */
export function frameHead(kind: number, lengthBytes: number): Uint8Array {
  const head = new Uint8Array(FRAME_HEAD_BYTES);
  head[0] = kind;
  new DataView(head.buffer).setUint32(1, lengthBytes, true);
  return head;
}

/**
 * Puts frames together from pieces as they come; contents are not put together, but handed on piece by piece.
 *
 * @param onFrame Takes each whole frame, or a part of one of bytes; its bytes must be done with at return, or copied.
 * @returns Takes a piece. It throws RangeError where what comes is no frame.
 */
export function frameReader(onFrame: (frame: Frame) => void): (piece: Uint8Array) => void {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let neededBytes = FRAME_HEAD_BYTES;
  let contentBytes = 0;
  return (arrived) => {
    const own = Math.min(contentBytes, arrived.length);
    contentBytes -= own;
    if (own > 0) onFrame({ kind: FRAME.bytes, payload: arrived.subarray(0, own) });
    const piece = arrived.subarray(own);
    if (piece.length === 0) return;
    waiting.push(piece);
    waitingBytes += piece.length;
    if (waitingBytes < neededBytes) return;
    const all = joined(waiting, waitingBytes);
    let at = 0;
    for (;;) {
      neededBytes = frameBytes(all, at);
      if (all[at] === FRAME.bytes && all.length - at > FRAME_HEAD_BYTES && all.length - at < neededBytes) {
        onFrame({ kind: FRAME.bytes, payload: all.subarray(at + FRAME_HEAD_BYTES) });
        contentBytes = neededBytes - (all.length - at);
        at = all.length;
        neededBytes = FRAME_HEAD_BYTES;
        break;
      }
      if (all.length - at < neededBytes) break;
      onFrame({ kind: all[at] ?? 0, payload: all.subarray(at + FRAME_HEAD_BYTES, at + neededBytes) });
      at += neededBytes;
    }
    waiting = at < all.length ? [all.subarray(at)] : [];
    waitingBytes = all.length - at;
  };
}

/** Bytes of the frame that begins here, as far as that is known. */
function frameBytes(all: Uint8Array, at: number): number {
  if (all.length - at < FRAME_HEAD_BYTES) return FRAME_HEAD_BYTES;
  const lengthBytes = new DataView(all.buffer, all.byteOffset + at + 1, 4).getUint32(0, true);
  if (lengthBytes > FRAME_MOST_BYTES) throw new RangeError(`Cannot read a frame: ${lengthBytes} bytes are too many`);
  return FRAME_HEAD_BYTES + lengthBytes;
}

function joined(pieces: readonly Uint8Array[], lengthBytes: number): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const all = new Uint8Array(lengthBytes);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
