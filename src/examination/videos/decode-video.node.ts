import { type JpegGrey, openJpegGrey } from "#examination/pictures/node";
import type { ByteSource } from "#examination/sources";
import { asfTrack } from "./asf-track.ts";
import { aviTrack } from "./avi-track.ts";
import { decodeJpegs } from "./decode-jpegs.node.ts";
import { decodePackets } from "./decode-packets.node.ts";
import { flvTrack } from "./flv-track.ts";
import { mediaTrack } from "./media-track.node.ts";
import { mpegPsTrack } from "./mpeg-ps-track.ts";
import type { VideoAnswer, VideoFacts, VideoFault } from "./video.ts";
import { VIDEO_HEAD_BYTES, type VideoFormat, videoFormat } from "./video-format.ts";
import type { FoundTrack, VideoTrack } from "./video-track.ts";
import type { VideoWork } from "./video-work.ts";

/** Demuxers of ours; a package has the others. */
const TRACKS: Partial<Record<VideoFormat, (source: ByteSource) => FoundTrack>> = {
  ...{ avi: aviTrack, flv: flvTrack, wmv: asfTrack, "mpeg-ps": mpegPsTrack },
};

/**
 * Decodes a video's frames to grey pictures, in the order in which they are shown. Sound is never touched.
 *
 * Foreign bytes meet native code here: call it in a limited child only.
 *
 * @returns What the video is, with as many frames as could be decoded; or why there is none.
 */
export async function decodeVideo(work: VideoWork): Promise<VideoAnswer> {
  const head = new Uint8Array(Math.min(VIDEO_HEAD_BYTES, work.source.sizeBytes));
  work.source.readSync(head, 0);
  const format = videoFormat(head);
  if (format === null) return { fault: { code: "unknown" } };
  try {
    const track = await (TRACKS[format] ?? mediaTrack)(work.source);
    if (track === undefined) return fault("no-picture", format);
    if ("refused" in track) return fault("no-decoder", format, { codec: track.refused });
    return await decodeTrack(work, format, track);
  } catch (error) {
    return fault("damaged", format, { said: String(error).slice(0, 200) });
  }
}

function fault(code: VideoFault["code"], format: VideoFormat, values?: VideoFault["values"]): VideoAnswer {
  return { fault: { code, format, ...(values && { values }) } };
}

let jpegs: JpegGrey | undefined;

/** Loads the decoders: before a child shuts itself in, since it can open no file afterwards. */
export async function prepareVideos(): Promise<void> {
  await webcodecs();
  jpegs ??= openJpegGrey();
}

/** Optional: it is not built for every platform. */
async function webcodecs(): Promise<typeof import("@napi-rs/webcodecs") | undefined> {
  try {
    return await import("@napi-rs/webcodecs");
  } catch {
    return undefined;
  }
}

async function decodeTrack(work: VideoWork, format: VideoFormat, track: VideoTrack): Promise<VideoAnswer> {
  const { width, height, codec, rotation, durationMs } = track;
  if (width * height > work.wish.pixelsMost) return fault("too-large", format, { width, height });
  const about = { format, width, height, codec, rotation, durationMs };
  const facts: VideoFacts = { ...about, frames: 0, cut: false, damaged: false };
  if (codec === "mjpeg") await decodeJpegs({ work, track, facts }, jpegs ?? openJpegGrey());
  else {
    const decoders = await webcodecs();
    if (decoders === undefined) return fault("no-decoder", format, { codec });
    await decodePackets({ work, track, facts }, decoders);
  }
  return facts.frames > 0 ? { facts } : fault(facts.damaged ? "damaged" : "no-picture", format);
}
