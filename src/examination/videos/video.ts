import type { VideoFormat } from "./video-format.ts";

/** The grey picture of one moment: rows from the top, one byte a pixel. */
export interface GreyFrame {
  /** Counts all frames of the video in the order in which they are shown, from 0; with "keyframes" the decoded ones. */
  frame: number;
  timestampMs: number;
  width: number;
  height: number;
  /** Valid until the callback returns. */
  pixels: Uint8Array;
  /** Limited range (ITU-R BT.601 §3.5): 16 is black and 235 is white; else 0 and 255. */
  limited: boolean;
}

/** What is asked of a video. */
export interface VideoWish {
  /** "keyframes": only pictures that stand by themselves are decoded. */
  frames: "all" | "keyframes";
  /** At most so many frames; what lies behind is told by `cut`. */
  framesMost: number;
  /** Frames of more pixels end the decoding. */
  pixelsMost: number;
}

export const VIDEO_WISH: VideoWish = { frames: "all", framesMost: 1_000_000, pixelsMost: 2 ** 26 };

/** What was noticed of a video on the way. */
export interface VideoFacts {
  format: VideoFormat;
  /** As the container names it, e.g. "avc", "hevc"; null where a program outside decoded. */
  codec: string | null;
  width: number;
  height: number;
  /** null: the container does not say. */
  durationMs: number | null;
  /** Degrees by which a player turns it; noted, never applied. */
  rotation: number;
  frames: number;
  /** More frames stood there than were asked for. */
  cut: boolean;
  /** The decoder stopped at damage; what came before counts. */
  damaged: boolean;
}

/** Why nothing was decoded; a finding about the file, never an error of Phum. */
export interface VideoFault {
  code:
    | "unknown"
    /** Known by name, and no decoder for it here. */
    | "no-decoder"
    | "no-picture"
    | "too-large"
    | "damaged"
    | "too-long"
    | "too-much-memory"
    | "ended";
  format?: VideoFormat;
  values?: Record<string, string | number>;
}

export type VideoAnswer = { facts: VideoFacts } | { fault: VideoFault };

/** Bounds on what one video may cost, kept by whoever starts the child that decodes. */
export interface VideoLimits {
  /** For the whole video. */
  ms: number;
  /** Without a frame. */
  silentMs: number;
  memoryBytes: number;
}

export const VIDEO_LIMITS: VideoLimits = { ms: 600_000, silentMs: 5_000, memoryBytes: 2 ** 30 };
