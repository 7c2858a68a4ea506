import type { ByteSource } from "#examination/sources";
import type { GreyFrame, VideoFacts, VideoWish } from "./video.ts";
import type { VideoTrack } from "./video-track.ts";

/** A video that is being decoded, and who wants its frames. */
export interface VideoWork {
  source: ByteSource;
  wish: VideoWish;
  onFrame(frame: GreyFrame): void;
}

/** A track that is being decoded; `facts` are kept up as it goes. */
export interface Decoding {
  work: VideoWork;
  track: VideoTrack;
  facts: VideoFacts;
}
