import type { FrameHash } from "./video-likeness.ts";

const FRAMES_MOST = 5_000_000;
const LINE = /^(\d{1,9}),(\d{1,3}),([0-9a-f]{64}),(\d{1,9}(?:\.\d{1,9})?)$/i;

/** Frames of a vPDQ file, and the lines that are none of it, counted from 1. */
export interface VpdqFile {
  frames: FrameHash[];
  rejected: number[];
}

/**
 * Reads a vPDQ file: a line a frame, `frame,quality,hash,seconds`.
 *
 * @throws {RangeError} When the file has more than five million lines.
 * @see facebook/ThreatExchange vpdq/cpp/io: as `vpdq-hash-video` writes it.
 */
export function readVpdq(text: string): VpdqFile {
  const lines = text.split(/\r?\n/, FRAMES_MOST + 1);
  if (lines.length > FRAMES_MOST) throw new RangeError(`Cannot read a vPDQ file of more than ${FRAMES_MOST} lines`);
  const file: VpdqFile = { frames: [], rejected: [] };
  for (const [at, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const found = LINE.exec(line.trim());
    const quality = Number(found?.[2]);
    if (found === null || quality > 100) {
      file.rejected.push(at + 1);
      continue;
    }
    const [, frame = "", , hash = "", seconds = ""] = found;
    const bytes = Uint8Array.from({ length: 32 }, (_, i) => Number.parseInt(hash.slice(2 * i, 2 * i + 2), 16));
    file.frames.push({
      frame: Number(frame),
      quality,
      hash: bytes,
      timestampMs: Math.round(Number(seconds) * 1e6) / 1000,
    });
  }
  return file;
}

/** Writes frames as a vPDQ file. */
export function writeVpdq(frames: readonly FrameHash[]): string {
  const line = ({ frame, quality, hash, timestampMs }: FrameHash): string => {
    const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return `${frame},${quality},${hex},${(timestampMs / 1000).toFixed(3)}\n`;
  };
  return frames.map(line).join("");
}
