import type { ByteSource } from "#examination/sources";
import { type ByteWindow, openWindow } from "./byte-window.ts";
import { codecOf, configOf, isDescription, isKeyPacket, lengthBytesOf, type PacketCodec } from "./codec-packets.ts";
import type { VideoWish } from "./video.ts";
import { type FoundTrack, PACKET_MOST_BYTES, type VideoPacket } from "./video-track.ts";

const CHUNK_BYTES = 8;
/** Lists within lists; real files have three levels. */
const DEPTH_MOST = 8;
/** Chunks of the whole file: 30 hours of picture and sound at 60 a second. */
const CHUNKS_MOST = 2 ** 24;
const HEADER_MOST_BYTES = 2 ** 20;
const FORMAT_BYTES = 40;
const [NO_SCALE, RATE_MOST] = [1, 1e7];

/**
 * The moving picture in an AVI, also of several RIFF parts (OpenDML). Chunks are walked as they stand: an index that is missing or
 * wrong changes nothing.
 *
 * @see Microsoft "AVI RIFF File Reference"; OpenDML AVI File Format Extensions 1.02
 */
export function aviTrack(source: ByteSource): FoundTrack {
  const window = openWindow(source);
  const stream = videoStream(window);
  if (stream === undefined) return undefined;
  const codec = codecOf(stream.fourcc);
  if (typeof codec !== "string") return codec;
  const description = isDescription(stream.extra) ? stream.extra : undefined;
  const { width, height, frameMs, frames, number } = stream;
  return {
    ...{ codec, config: configOf(codec, description), width, height, rotation: 0 },
    durationMs: frames > 0 ? Math.round(frames * frameMs) : null,
    packets: (wish) =>
      packetsOf(window, { codec, number, frameMs, lengthBytes: lengthBytesOf(codec, description), wish }),
  };
}

interface AviStream {
  /** Which of the streams, from 0: the first two characters of its chunks' names. */
  number: number;
  fourcc: string;
  width: number;
  height: number;
  frameMs: number;
  frames: number;
  extra: Uint8Array;
}

/** A chunk: its name, or the name of its list. */
interface Chunk {
  name: string;
  list: boolean;
  dataAt: number;
  dataBytes: number;
}

/** All chunks in the order in which they stand, lists before what is in them. What reaches past the end is cut there. */
function* chunksOf(window: ByteWindow): Generator<Chunk> {
  const ends: number[] = [window.sizeBytes];
  let at = 0;
  for (let count = 0; count < CHUNKS_MOST; count++) {
    while (ends.length > 1 && at + CHUNK_BYTES > (ends.at(-1) ?? 0)) at = Math.max(at, ends.pop() ?? 0);
    const head = window.at(at, CHUNK_BYTES + 4);
    if (head.length < CHUNK_BYTES) return;
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    const name = textOf(head, 0);
    const list = head.length === CHUNK_BYTES + 4 && (name === "RIFF" || name === "LIST");
    const most = (ends.at(-1) ?? 0) - at - CHUNK_BYTES;
    const said = view.getUint32(4, true);
    // A recorder that was switched off leaves the length of what it was writing at 0, or too long.
    const dataBytes = list && said === 0 ? most : Math.min(said, most);
    yield { name: list ? textOf(head, 8) : name, list, dataAt: at + CHUNK_BYTES, dataBytes };
    if (list && ends.length < DEPTH_MOST) {
      ends.push(at + CHUNK_BYTES + dataBytes);
      at += CHUNK_BYTES + 4;
    } else at += CHUNK_BYTES + dataBytes + (dataBytes % 2);
  }
}

function textOf(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}

/** The first stream of moving pictures that the header names. */
function videoStream(window: ByteWindow): AviStream | undefined {
  let number = -1;
  let head: Uint8Array<ArrayBuffer> | undefined;
  for (const { name, list, dataAt, dataBytes } of chunksOf(window)) {
    if (name === "movi") return undefined;
    if (list || dataBytes > HEADER_MOST_BYTES) continue;
    if (name === "strh") {
      number++;
      head = window.at(dataAt, dataBytes);
    } else if (name === "strf" && head !== undefined && textOf(head, 0) === "vids" && head.length >= 36) {
      const format = window.at(dataAt, dataBytes);
      if (format.length >= FORMAT_BYTES) return streamOf(number, head, format);
    }
  }
  return undefined;
}

function streamOf(number: number, head: Uint8Array<ArrayBuffer>, format: Uint8Array<ArrayBuffer>): AviStream {
  const [times, sides] = [new DataView(head.buffer, head.byteOffset), new DataView(format.buffer, format.byteOffset)];
  const [scale, rate] = [times.getUint32(20, true) || NO_SCALE, Math.min(times.getUint32(24, true), RATE_MOST)];
  return {
    ...{ number, fourcc: textOf(format, 16), frames: times.getUint32(32, true) },
    ...{ width: Math.abs(sides.getInt32(4, true)), height: Math.abs(sides.getInt32(8, true)) },
    frameMs: rate === 0 ? 40 : (1000 * scale) / rate,
    extra: format.subarray(FORMAT_BYTES),
  };
}

interface AviPackets {
  codec: PacketCodec;
  number: number;
  frameMs: number;
  lengthBytes: number;
  wish: VideoWish["frames"];
}

/** Chunks "NNdc" and "NNdb" of the stream. An empty one repeats the picture before and only takes its time. */
function* packetsOf(
  window: ByteWindow,
  { codec, number, frameMs, lengthBytes, wish }: AviPackets,
): Generator<VideoPacket> {
  const digits = String(number).padStart(2, "0");
  let frame = 0;
  for (const { name, list, dataAt, dataBytes } of chunksOf(window)) {
    if (list || !(name === `${digits}dc` || name === `${digits}db`)) continue;
    const timestampMs = frame++ * frameMs;
    if (dataBytes === 0 || dataBytes > PACKET_MOST_BYTES) continue;
    const data = window.at(dataAt, dataBytes);
    const key = isKeyPacket(codec, data, lengthBytes);
    if (key || wish === "all") yield { data, key, timestampMs };
  }
}
