import { ALL_FORMATS, CustomSource, EncodedPacketSink, Input, type InputVideoTrack } from "mediabunny";
import type { ByteSource } from "#examination/sources";
import { frameCollector } from "./collect-frames.node.ts";
import { greyPlane, isRgb } from "./grey-plane.ts";
import type { GreyFrame, VideoAnswer, VideoFacts, VideoFault, VideoWish } from "./video.ts";
import { VIDEO_HEAD_BYTES, type VideoFormat, videoFormat } from "./video-format.ts";

/** Packets given to the decoder and not yet decoded. */
const QUEUE_MOST = 16;
/** Frames that the decoder has given and nobody has taken yet: each holds its whole picture. */
const UNTAKEN_MOST = 4;
/** Pictures are shown in another order than they are stored in, over at most so many. */
const REORDER_MOST = 64;
/** One packet, one read of the demuxer: more names damage. */
const READ_MOST_BYTES = 2 ** 27;

type Decoders = typeof import("@napi-rs/webcodecs");
type Frame = InstanceType<Decoders["VideoFrame"]>;

/** A video that is being decoded, and who wants its frames. */
export interface VideoWork {
  source: ByteSource;
  wish: VideoWish;
  onFrame(frame: GreyFrame): void;
}

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
  const decoders = await webcodecs();
  if (decoders === undefined || ["avi", "flv", "wmv", "mpeg-ps"].includes(format)) return fault("no-decoder", format);
  const input = new Input({ source: customSource(work.source), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryVideoTrack();
    if (track === null) return fault("no-picture", format);
    return await decodeTrack(work, { format, track, decoders });
  } catch (error) {
    return { fault: { code: "damaged", format, values: { said: String(error).slice(0, 200) } } };
  } finally {
    input.dispose();
  }
}

function fault(code: VideoFault["code"], format: VideoFormat): VideoAnswer {
  return { fault: { code, format } };
}

/** Loads the decoder: before a child shuts itself in, since it can open no file afterwards. */
export async function prepareVideos(): Promise<void> {
  await webcodecs();
}

/** Optional: it is not built for every platform. */
async function webcodecs(): Promise<Decoders | undefined> {
  try {
    return await import("@napi-rs/webcodecs");
  } catch {
    return undefined;
  }
}

function customSource({ sizeBytes, readSync }: ByteSource): CustomSource {
  return new CustomSource({
    getSize: () => sizeBytes,
    read: (start, end) => {
      if (end - start > READ_MOST_BYTES) throw new RangeError(`Cannot read ${end - start} bytes at once`);
      const bytes = new Uint8Array(end - start);
      readSync(bytes, start);
      return bytes;
    },
    prefetchProfile: "fileSystem",
  });
}

interface Track {
  format: VideoFormat;
  track: InputVideoTrack;
  decoders: Decoders;
}

async function decodeTrack(work: VideoWork, { format, track, decoders }: Track): Promise<VideoAnswer> {
  const config = await track.getDecoderConfig();
  if (config === null)
    return { fault: { code: "no-decoder", format, values: { codec: (await track.getCodec()) ?? "?" } } };
  const [width, height] = [await track.getCodedWidth(), await track.getCodedHeight()];
  if (width * height > work.wish.pixelsMost) return { fault: { code: "too-large", format, values: { width, height } } };
  const facts: VideoFacts = {
    ...{ format, width, height, codec: await track.getCodec(), rotation: await track.getRotation() },
    durationMs: await durationMs(track),
    ...{ frames: 0, cut: false, damaged: false },
  };
  const waiting = moments();
  const taker = frameTaker(work, { facts, waiting });
  // The decoder's own threads do not keep the process alive.
  const awake = setInterval(() => undefined, 1000);
  const decoder = new decoders.VideoDecoder({
    output: (frame) => taker.take(frame),
    error: () => {
      facts.damaged = true;
    },
  });
  try {
    decoder.configure({
      codec: config.codec,
      codedWidth: width,
      codedHeight: height,
      hardwareAcceleration: "prefer-software",
      ...(config.description === undefined ? {} : { description: bytesOf(config.description) }),
    });
    await feed(new EncodedPacketSink(track), { decoder, decoders, work, facts, waiting, taker });
    if (decoder.state === "configured") await decoder.flush();
  } catch {
    facts.damaged = true;
  } finally {
    clearInterval(awake);
    await taker.settled();
    if (decoder.state !== "closed") decoder.close();
  }
  if (facts.frames > 0) return { facts };
  return { fault: { code: facts.damaged ? "damaged" : "no-picture", format } };
}

/** A container may not know how long it is. */
async function durationMs(track: InputVideoTrack): Promise<number | null> {
  const seconds = await track.computeDuration();
  return Number.isFinite(seconds) ? Math.round(seconds * 1000) : null;
}

function bytesOf(buffer: ArrayBuffer | ArrayBufferView | SharedArrayBuffer): Uint8Array {
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}

interface Feeding {
  decoder: InstanceType<Decoders["VideoDecoder"]>;
  decoders: Decoders;
  work: VideoWork;
  facts: VideoFacts;
  waiting: Moments;
  taker: FrameTaker;
}

/** Times of the packets that were given to the decoder, each to be taken once, the earliest first. */
interface Moments {
  add(atMs: number): void;
  next(): number;
}

/** The decoder gives frames in the order in which they are shown, with the times of the order in which they were stored. */
function moments(): Moments {
  const sorted: number[] = [];
  let last = 0;
  return {
    add(atMs) {
      let at = sorted.length;
      while (at > 0 && (sorted[at - 1] ?? 0) > atMs) at--;
      sorted.splice(at, 0, atMs);
      if (sorted.length > QUEUE_MOST + REORDER_MOST) sorted.shift();
    },
    next: () => {
      last = sorted.shift() ?? last;
      return last;
    },
  };
}

async function feed(
  sink: EncodedPacketSink,
  { decoder, decoders, work, facts, waiting, taker }: Feeding,
): Promise<void> {
  const { wish } = work;
  let packet = wish.frames === "all" ? await sink.getFirstPacket() : await sink.getFirstKeyPacket();
  while (packet !== null && decoder.state === "configured") {
    if (facts.frames >= wish.framesMost) {
      facts.cut = true;
      return;
    }
    const { type, data, microsecondTimestamp, microsecondDuration } = packet;
    waiting.add(microsecondTimestamp / 1000);
    decoder.decode(
      new decoders.EncodedVideoChunk({ type, data, timestamp: microsecondTimestamp, duration: microsecondDuration }),
    );
    while (decoder.decodeQueueSize > QUEUE_MOST || taker.untaken() > UNTAKEN_MOST)
      await new Promise((resolve) => setTimeout(resolve, 1));
    packet = wish.frames === "all" ? await sink.getNextPacket(packet) : await sink.getNextKeyPacket(packet);
  }
}

interface FrameTaker {
  take(frame: Frame): void;
  /** How many frames are waiting. */
  untaken(): number;
  settled(): Promise<void>;
}

/** Takes frames as the decoder gives them, one after the other, each closed at once: a decoder with open frames stalls. */
function frameTaker(
  { wish, onFrame }: VideoWork,
  { facts, waiting }: { facts: VideoFacts; waiting: Moments },
): FrameTaker {
  let chain: Promise<void> = Promise.resolve();
  let untaken = 0;
  const closed = frameCollector();
  let planes = new Uint8Array(0);
  let grey = new Uint8Array(0);
  const take = async (frame: Frame): Promise<void> => {
    try {
      const { codedWidth: width, codedHeight: height, format } = frame;
      if (format === null || width * height > wish.pixelsMost || facts.frames >= wish.framesMost) return;
      const wanted = frame.allocationSize();
      if (planes.length < wanted) planes = new Uint8Array(wanted);
      if (grey.length < width * height) grey = new Uint8Array(width * height);
      const [first] = await frame.copyTo(planes);
      if (first === undefined) return;
      const { offset, stride } = first;
      const pixels = greyPlane({ format, bytes: planes, offset, stride, width, height }, grey);
      if (pixels === undefined) return;
      const limited = !isRgb(format) && frame.colorSpace.fullRange !== true;
      onFrame({ frame: facts.frames, timestampMs: waiting.next(), width, height, pixels, limited });
      facts.frames++;
    } catch {
      facts.damaged = true;
    } finally {
      frame.close();
      closed(planes.length);
      untaken--;
    }
  };
  return {
    take: (frame) => {
      untaken++;
      chain = chain.then(() => take(frame));
    },
    untaken: () => untaken,
    settled: () => chain,
  };
}
