import type { VideoAnswer } from "#examination/videos";

/** What a child that fingerprints videos is started with, as its argument. */
export interface VideoChildSetup {
  sizeBytes: number;
  frames: "all" | "keyframes";
  framesMost: number;
  pixelsMost: number;
  memoryBytes: number;
}

/**
 * Lines of the child's standard output, JSON. After "read" it waits for the answer on its standard input: how many bytes there are, as
 * u32 little-endian, and the bytes; fewer than asked for where the medium gives no more.
 */
export type VideoChildLine =
  | { kind: "ready"; wall: "filter" | "process" }
  | { kind: "read"; offsetBytes: number; lengthBytes: number }
  /** Hash in hexadecimal. */
  | { kind: "frames"; frames: [frame: number, timestampMs: number, quality: number, hash: string][] }
  | { kind: "done"; answer: VideoAnswer };
