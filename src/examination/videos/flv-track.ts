import type { ByteSource } from "#examination/sources";
import { type ByteWindow, openWindow } from "./byte-window.ts";
import { codecOf, configOf, isKeyPacket, lengthBytesOf, type PacketCodec } from "./codec-packets.ts";
import type { VideoWish } from "./video.ts";
import { type FoundTrack, PACKET_MOST_BYTES, type VideoPacket } from "./video-track.ts";

const HEADER_BYTES = 9;
const TAG_BYTES = 11;
const VIDEO = 9;
const TAGS_MOST = 2 ** 24;
/** Tags before the first picture: meta data, sound. */
const FIRST_MOST = 4096;
/** Codecs by their number; those of other numbers are refused by name. @see Adobe FLV 10.1 §E.4.3.1 */
const NUMBERS: Record<number, PacketCodec> = { 7: "avc", 12: "hevc" };
const REFUSED: Record<number, string> = {
  ...{ 2: "Sorenson H.263", 3: "Screen video", 4: "VP6", 5: "VP6 with alpha", 6: "Screen video 2" },
};

/**
 * The moving picture in a Flash video, by the old numbers of codecs and by the newer four characters (Enhanced RTMP).
 *
 * @see Adobe Flash Video File Format Specification 10.1, annex E; github.com/veovera/enhanced-rtmp v1
 */
export function flvTrack(source: ByteSource): FoundTrack {
  const window = openWindow(source);
  let count = 0;
  for (const tag of videoTags(window)) {
    if (count++ > FIRST_MOST) return undefined;
    const { codec, kind, data } = tag;
    if (typeof codec !== "string") return codec;
    if (kind === "other") continue;
    const description = kind === "config" && (codec === "avc" || codec === "hevc") ? data : undefined;
    const lengthBytes = lengthBytesOf(codec, description);
    const sides = { width: 0, height: 0, rotation: 0, durationMs: null };
    const packets = (wish: VideoWish["frames"]) => packetsOf(window, { codec, lengthBytes, wish });
    return { codec, config: configOf(codec, description), ...sides, packets };
  }
  return undefined;
}

interface FlvPackets {
  codec: PacketCodec;
  lengthBytes: number;
  wish: VideoWish["frames"];
}

function* packetsOf(window: ByteWindow, { codec, lengthBytes, wish }: FlvPackets): Generator<VideoPacket> {
  for (const tag of videoTags(window)) {
    if (tag.kind !== "picture" || tag.codec !== codec || tag.data.length === 0) continue;
    const { data, timestampMs } = tag;
    const key = tag.key || isKeyPacket(codec, data, lengthBytes);
    if (key || wish === "all") yield { data, key, timestampMs };
  }
}

interface VideoTag {
  codec: PacketCodec | { refused: string };
  kind: "config" | "picture" | "other";
  key: boolean;
  data: Uint8Array<ArrayBuffer>;
  timestampMs: number;
}

function* videoTags(window: ByteWindow): Generator<VideoTag> {
  const header = window.at(0, HEADER_BYTES);
  let at = Math.max(HEADER_BYTES, numberOf(header, 5, 4)) + 4;
  for (let tags = 0; tags < TAGS_MOST; tags++) {
    const head = window.at(at, TAG_BYTES);
    if (head.length < TAG_BYTES) return;
    const bodyBytes = numberOf(head, 1, 3);
    const encrypted = ((head[0] ?? 0) & 0x20) !== 0;
    if (((head[0] ?? 0) & 0x1f) === VIDEO && !encrypted && bodyBytes > 1 && bodyBytes <= PACKET_MOST_BYTES) {
      const tag = tagOf(window.at(at + TAG_BYTES, bodyBytes), numberOf(head, 4, 3) + (head[7] ?? 0) * 2 ** 24);
      if (tag !== undefined) yield tag;
    }
    at += TAG_BYTES + bodyBytes + 4;
  }
}

/** Most significant first. */
function numberOf(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

function tagOf(body: Uint8Array<ArrayBuffer>, decodedMs: number): VideoTag | undefined {
  const first = body[0] ?? 0;
  if (first >= 128) return enhancedTag(body, decodedMs);
  const [number, key] = [first & 15, first >> 4 === 1];
  const codec = NUMBERS[number] ?? { refused: REFUSED[number] ?? `FLV ${number}` };
  const kind = body[1] === 0 ? "config" : body[1] === 1 ? "picture" : "other";
  return { codec, kind, key, data: body.subarray(5), timestampMs: decodedMs + laterMs(body, 2) };
}

/** What a picture is shown later than it is decoded: 24 bits, signed. */
function laterMs(body: Uint8Array, at: number): number {
  const value = numberOf(body, at, 3);
  return value >= 2 ** 23 ? value - 2 ** 24 : value;
}

function enhancedTag(body: Uint8Array<ArrayBuffer>, decodedMs: number): VideoTag | undefined {
  const [first = 0] = body;
  if (body.length < 5) return undefined;
  const codec = codecOf(String.fromCharCode(...body.subarray(1, 5)));
  const [type, key] = [first & 15, ((first >> 4) & 7) === 1];
  const kind = type === 0 ? "config" : type === 1 || type === 3 ? "picture" : "other";
  const timed = type === 1 && (codec === "avc" || codec === "hevc");
  const timestampMs = decodedMs + (timed ? laterMs(body, 5) : 0);
  return { codec, kind, key, data: body.subarray(timed ? 8 : 5), timestampMs };
}
