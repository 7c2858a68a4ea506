// videos: moving pictures as grey frames. Takes the bytes of a file, gives frame after frame; sound is never touched.
// Never shows a frame, never keeps one.
export type { GreyFrame, VideoAnswer, VideoFacts, VideoFault, VideoLimits, VideoWish } from "./video.ts";
export { VIDEO_LIMITS, VIDEO_WISH } from "./video.ts";
export type { VideoFormat } from "./video-format.ts";
export { VIDEO_HEAD_BYTES, videoFormat } from "./video-format.ts";
