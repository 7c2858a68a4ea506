import type { ByteSource } from "#examination/sources";

/** Bytes of a source at any place, most of them from a piece that was read before. */
export interface ByteWindow {
  readonly sizeBytes: number;
  /** A copy; fewer bytes at the source's end, and where it cannot be read. */
  at(offsetBytes: number, lengthBytes: number): Uint8Array<ArrayBuffer>;
}

const PIECE_BYTES = 2 ** 18;

/** Opens a window of 256 KiB that goes along with whoever reads forwards. */
export function openWindow({ sizeBytes, readSync }: ByteSource): ByteWindow {
  let piece = new Uint8Array(0);
  let from = 0;
  const room = new Uint8Array(PIECE_BYTES);
  const read = (view: Uint8Array<ArrayBuffer>, offset: number): Uint8Array<ArrayBuffer> => {
    const wanted = view.subarray(0, Math.max(0, Math.min(view.length, sizeBytes - offset)));
    return wanted.subarray(0, wanted.length === 0 ? 0 : readSync(wanted, offset));
  };
  return {
    sizeBytes,
    at: (offsetBytes, lengthBytes) => {
      if (lengthBytes > PIECE_BYTES) return read(new Uint8Array(lengthBytes), offsetBytes);
      if (offsetBytes < from || offsetBytes + lengthBytes > from + piece.length) {
        [piece, from] = [read(room, offsetBytes), offsetBytes];
      }
      return piece.slice(offsetBytes - from, offsetBytes - from + lengthBytes);
    },
  };
}
