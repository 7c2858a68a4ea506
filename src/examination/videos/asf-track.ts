import type { ByteSource } from "#examination/sources";
import { type AsfPayload, packetPayloads } from "./asf-packet.ts";
import { type ByteWindow, openWindow } from "./byte-window.ts";
import { codecOf, configOf, isDescription, isKeyPacket, lengthBytesOf } from "./codec-packets.ts";
import type { VideoWish } from "./video.ts";
import { type FoundTrack, PACKET_MOST_BYTES, type VideoPacket } from "./video-track.ts";

/** Objects by the first eight bytes of their names, which differ in all that matter here. */
const GUIDS: Record<string, "header" | "data" | "file" | "stream" | "video"> = {
  ...{ "3026b2758e66cf11": "header", "3626b2758e66cf11": "data", a1dcab8c47a9cf11: "file" },
  ...{ "9107dcb7b7a9cf11": "stream", c0ef19bc4d5bcf11: "video" },
};
const OBJECT_BYTES = 24;
const OBJECTS_MOST = 1000;
const OBJECT_MOST_BYTES = 2 ** 20;
/** Of the data object before its first packet. */
const DATA_HEAD_BYTES = 50;
const FORMAT_AT = 89;
const PACKET_LEAST_BYTES = 16;
const PACKETS_MOST_BYTES = 2 ** 17;

/**
 * The moving picture in an ASF file (WMV).
 *
 * @see Microsoft "Advanced Systems Format (ASF) Specification", revision 01.20.05
 */
export function asfTrack(source: ByteSource): FoundTrack {
  const window = openWindow(source);
  const { stream, dataAt, packetBytes, prerollMs, durationMs } = headerOf(window);
  if (stream === undefined || dataAt === 0 || packetBytes < PACKET_LEAST_BYTES) return undefined;
  const codec = codecOf(stream.fourcc);
  if (typeof codec !== "string") return codec;
  const description = isDescription(stream.extra) ? stream.extra : undefined;
  const lengthBytes = lengthBytesOf(codec, description);
  const { number, width, height } = stream;
  const from = dataAt + DATA_HEAD_BYTES;
  const packets = function* (wish: VideoWish["frames"]): Generator<VideoPacket> {
    for (const { data, timeMs } of mediaObjects(window, { number, from, packetBytes })) {
      const key = isKeyPacket(codec, data, lengthBytes);
      if (key || wish === "all") yield { data, key, timestampMs: Math.max(0, timeMs - prerollMs) };
    }
  };
  return { codec, config: configOf(codec, description), width, height, rotation: 0, durationMs, packets };
}

interface AsfStream {
  number: number;
  fourcc: string;
  width: number;
  height: number;
  extra: Uint8Array;
}

interface AsfHeader {
  stream: AsfStream | undefined;
  dataAt: number;
  packetBytes: number;
  prerollMs: number;
  durationMs: number | null;
}

/** What the objects before the data say; the first stream of moving pictures. */
function headerOf(window: ByteWindow): AsfHeader {
  const found: AsfHeader = { stream: undefined, dataAt: 0, packetBytes: 0, prerollMs: 0, durationMs: null };
  for (let at = 0, count = 0; count < OBJECTS_MOST; count++) {
    const head = window.at(at, OBJECT_BYTES);
    if (head.length < OBJECT_BYTES) return found;
    const kind = guidAt(head, 0);
    if (kind === "data") return { ...found, dataAt: at };
    const sizeBytes = Number(new DataView(head.buffer).getBigUint64(16, true));
    if (sizeBytes < OBJECT_BYTES) return found;
    const object = kind === "file" || kind === "stream" ? window.at(at, Math.min(sizeBytes, OBJECT_MOST_BYTES)) : head;
    const view = new DataView(object.buffer, object.byteOffset, object.length);
    if (kind === "file" && object.length >= 100) {
      found.prerollMs = Number(view.getBigUint64(80, true));
      found.durationMs = Math.max(0, Math.round(Number(view.getBigUint64(64, true)) / 1e4) - found.prerollMs);
      found.packetBytes = Math.min(view.getUint32(96, true), PACKETS_MOST_BYTES);
    }
    if (kind === "stream") found.stream ??= streamOf(object, view);
    // The header is an object of objects.
    at += kind === "header" ? OBJECT_BYTES + 6 : sizeBytes;
  }
  return found;
}

function guidAt(bytes: Uint8Array, at: number): (typeof GUIDS)[string] | undefined {
  return GUIDS[bytes.subarray(at, at + 8).toHex()];
}

function streamOf(object: Uint8Array, view: DataView): AsfStream | undefined {
  if (object.length < FORMAT_AT + 40 || guidAt(object, OBJECT_BYTES) !== "video") return undefined;
  return {
    number: view.getUint16(72, true) & 127,
    fourcc: String.fromCharCode(...object.subarray(FORMAT_AT + 16, FORMAT_AT + 20)),
    width: view.getUint32(78, true),
    height: view.getUint32(82, true),
    extra: object.slice(FORMAT_AT + 40, FORMAT_AT + Math.max(40, view.getUint16(87, true))),
  };
}

/** Whole pictures of one stream, put together from the parts in which they stand. A part that is missing loses its picture. */
function* mediaObjects(
  window: ByteWindow,
  { number, from, packetBytes }: { number: number; from: number; packetBytes: number },
): Generator<{ data: Uint8Array; timeMs: number }> {
  let open: { object: number; data: Uint8Array; filled: number; timeMs: number } | undefined;
  for (let at = from; at + PACKET_LEAST_BYTES < window.sizeBytes; at += packetBytes) {
    for (const payload of packetPayloads(window.at(at, packetBytes))) {
      if (payload.stream !== number) continue;
      const { object, offset, sizeBytes, data, timeMs } = payload;
      if (offset === 0 && isSize(payload)) open = { object, data: new Uint8Array(sizeBytes), filled: 0, timeMs };
      if (open === undefined || open.object !== object || open.filled !== offset) {
        open = undefined;
        continue;
      }
      const part = data.subarray(0, open.data.length - open.filled);
      open.data.set(part, open.filled);
      open.filled += part.length;
      if (open.filled < open.data.length) continue;
      yield { data: open.data, timeMs: open.timeMs };
      open = undefined;
    }
  }
}

function isSize({ sizeBytes }: AsfPayload): boolean {
  return sizeBytes > 0 && sizeBytes <= PACKET_MOST_BYTES;
}
