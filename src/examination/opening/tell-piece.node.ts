import type { ChildVoice } from "./child-says.node.ts";
import type { ZerosMessage } from "./reader-message.node.ts";

const PIECE_BYTES = 256 * 1024;
const ZEROS = Buffer.alloc(1024 * 1024);

/** Tells bytes in pieces; where all are zero, how many. */
export function tellPiece(piece: Uint8Array, voice: ChildVoice): void {
  if (Buffer.from(piece.buffer, piece.byteOffset, piece.length).equals(ZEROS.subarray(0, piece.length))) {
    const zeros: ZerosMessage = { kind: "zeros", lengthBytes: piece.length };
    voice.json(zeros);
    return;
  }
  for (let at = 0; at < piece.length; at += PIECE_BYTES) voice.bytes(piece.subarray(at, at + PIECE_BYTES));
}
