import type { VideoWish } from "./video.ts";

/** One packet of a video: one picture as it was coded. */
export interface VideoPacket {
  data: Uint8Array;
  /** The picture stands by itself. */
  key: boolean;
  timestampMs: number;
}

/** What a decoder has to be told before the first packet. */
export interface DecoderConfig {
  /** By the names of WebCodecs, e.g. "avc1.640028". */
  codec: string;
  /** Where packets come without their parameters, e.g. avcC. */
  description?: Uint8Array;
}

/** The moving picture in a container. */
export interface VideoTrack {
  /** "avc", "hevc", "vp8", "vp9", "av1" or "mjpeg": what can be decoded here. */
  codec: string;
  config: DecoderConfig;
  /** 0: the container does not say. */
  width: number;
  height: number;
  rotation: number;
  durationMs: number | null;
  /** In the order in which they are stored; of one picture that stands by itself up to the next one, or those alone. */
  packets(frames: VideoWish["frames"]): AsyncIterable<VideoPacket> | Iterable<VideoPacket>;
}

/** A track; or the name of a codec that cannot be decoded here; or undefined: there is no moving picture. */
export type FoundTrack = VideoTrack | { refused: string } | undefined;

/** More names damage, or what no camera makes. */
export const PACKET_MOST_BYTES = 2 ** 25;
