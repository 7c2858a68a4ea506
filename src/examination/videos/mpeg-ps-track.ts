import type { ByteSource } from "#examination/sources";
import { accessUnits } from "./access-units.ts";
import { type ByteWindow, openWindow } from "./byte-window.ts";
import { configOf, isKeyPacket } from "./codec-packets.ts";
import type { VideoWish } from "./video.ts";
import type { FoundTrack, VideoPacket } from "./video-track.ts";

const [PACK, STREAM_MAP] = [0xba, 0xbc];
const LOOK_BYTES = 2 ** 16;
/** Bytes that are searched for the next start code before the stream counts as over. */
const LOST_MOST_BYTES = 2 ** 24;
/** The first picture's codec is told within so many packets. */
const FIRST_MOST = 2000;
const CLOCK_PER_MS = 90;
/** Pictures without a time of their own come so much later than the one before. */
const STEP_MS = 40;

/** Stream types of the map. @see ISO/IEC 13818-1 table 2-34 */
const TYPES: Record<number, "avc" | "hevc" | { refused: string }> = {
  ...{ 1: { refused: "MPEG-1" }, 2: { refused: "MPEG-2" }, 16: { refused: "MPEG-4 part 2" } },
  ...{ 27: "avc", 36: "hevc", 234: { refused: "VC-1" } },
};

/**
 * The moving picture in an MPEG program stream: DVDs, and recorders of cameras, which put H.264 or HEVC in it.
 *
 * @see ISO/IEC 13818-1 §2.5
 */
export function mpegPsTrack(source: ByteSource): FoundTrack {
  const window = openWindow(source);
  let count = 0;
  for (const { stream, data } of pesPackets(window)) {
    if (count++ > FIRST_MOST) return undefined;
    const codec = TYPES[streamTypes(window).get(stream) ?? 0] ?? codecIn(data);
    if (codec === undefined) continue;
    if (typeof codec !== "string") return codec;
    const sides = { width: 0, height: 0, rotation: 0, durationMs: null };
    return { codec, config: configOf(codec), ...sides, packets: (wish) => packetsOf(window, { stream, codec, wish }) };
  }
  return undefined;
}

interface PsPackets {
  stream: number;
  codec: "avc" | "hevc";
  wish: VideoWish["frames"];
}

function* packetsOf(window: ByteWindow, { stream, codec, wish }: PsPackets): Generator<VideoPacket> {
  const units = accessUnits(codec);
  let first: number | undefined;
  let lastMs = -STEP_MS;
  function* taken(found: ReturnType<typeof units.end>): Generator<VideoPacket> {
    for (const { data, timestampMs } of found) {
      first ??= timestampMs;
      lastMs = timestampMs === undefined ? lastMs + STEP_MS : Math.max(0, timestampMs - (first ?? 0));
      const key = isKeyPacket(codec, data);
      if (key || wish === "all") yield { data, key, timestampMs: lastMs };
    }
  }
  for (const packet of pesPackets(window))
    if (packet.stream === stream) yield* taken(units.push(packet.data, packet.timestampMs));
  yield* taken(units.end());
}

interface PesPacket {
  /** 0xe0 to 0xef. */
  stream: number;
  timestampMs: number | undefined;
  data: Uint8Array;
}

/** Packets of moving pictures; where the order is lost the next start code is searched. */
function* pesPackets(window: ByteWindow): Generator<PesPacket> {
  for (let at = 0; ; ) {
    const head = window.at(at, 16);
    if (head.length < 6) return;
    const [zero, next, one, code = 0] = head;
    if (zero !== 0 || next !== 0 || one !== 1 || code < 0xb9) {
      const found = nextStart(window, at + 1);
      if (found === undefined) return;
      at = found;
      continue;
    }
    if (code === PACK) at += (head[4] ?? 0) >> 6 === 1 ? 14 + ((head[13] ?? 0) & 7) : 12;
    else if (code === 0xb9) at += 4;
    else {
      const lengthBytes = (head[4] ?? 0) * 256 + (head[5] ?? 0);
      if (code >= 0xe0 && code <= 0xef) yield pesPacket(code, window.at(at + 6, lengthBytes));
      at += 6 + lengthBytes;
    }
  }
}

function nextStart(window: ByteWindow, from: number): number | undefined {
  for (let at = from; at < from + LOST_MOST_BYTES; at += LOOK_BYTES) {
    const bytes = window.at(at, LOOK_BYTES + 3);
    for (let i = bytes.indexOf(1, 2); i >= 0 && i + 1 < bytes.length; i = bytes.indexOf(1, i + 1))
      if (bytes[i - 1] === 0 && bytes[i - 2] === 0 && (bytes[i + 1] ?? 0) >= 0xb9) return at + i - 2;
    if (bytes.length < LOOK_BYTES) return undefined;
  }
  return undefined;
}

/** Header and data of MPEG-2, or of MPEG-1, which has another header. */
function pesPacket(stream: number, body: Uint8Array): PesPacket {
  const [first = 0, flags = 0, headerBytes = 0] = body;
  if (first >> 6 === 2) {
    const timestampMs = flags >= 128 ? timestampAt(body, 3) : undefined;
    return { stream, timestampMs, data: body.subarray(3 + headerBytes) };
  }
  let at = 0;
  while (at < 16 && body[at] === 0xff) at++;
  if ((body[at] ?? 0) >> 6 === 1) at += 2;
  const kind = (body[at] ?? 0) >> 4;
  if (kind === 2 || kind === 3)
    return { stream, timestampMs: timestampAt(body, at), data: body.subarray(at + (kind === 2 ? 5 : 10)) };
  return { stream, timestampMs: undefined, data: body.subarray(at + 1) };
}

/** 33 bits of a clock of 90 kHz with marker bits between. */
function timestampAt(body: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0] = body.subarray(at, at + 5);
  return (((a >> 1) & 7) * 2 ** 30 + b * 2 ** 22 + (c >> 1) * 2 ** 15 + d * 2 ** 7 + (e >> 1)) / CLOCK_PER_MS;
}

/** What the first stream map says, if it stands near the beginning. */
function streamTypes(window: ByteWindow): Map<number, number> {
  const head = window.at(0, LOOK_BYTES);
  const types = new Map<number, number>();
  for (let at = head.indexOf(STREAM_MAP, 3); at >= 0; at = head.indexOf(STREAM_MAP, at + 1)) {
    if (head[at - 1] !== 1 || head[at - 2] !== 0 || head[at - 3] !== 0) continue;
    const two = (from: number): number => (head[from] ?? 0) * 256 + (head[from + 1] ?? 0);
    let entry = at + 7 + two(at + 5);
    const end = Math.min(head.length, entry + 2 + two(entry));
    for (entry += 2; entry + 4 <= end; entry += 4 + two(entry + 2)) types.set(head[entry + 1] ?? 0, head[entry] ?? 0);
    return types;
  }
  return types;
}

/** The codec by its first units; undefined where none is told. */
function codecIn(data: Uint8Array): "avc" | "hevc" | { refused: string } | undefined {
  for (let at = data.indexOf(1, 2); at >= 0 && at + 2 < data.length; at = data.indexOf(1, at + 1)) {
    if (data[at - 1] !== 0 || data[at - 2] !== 0) continue;
    const [unit = 0, next = 0] = data.subarray(at + 1);
    if (unit === 0xb3) return { refused: "MPEG-1 or MPEG-2" };
    if (unit === 0xb0 || unit === 0xb5) return { refused: "MPEG-4 part 2" };
    if ((unit === 0x40 || unit === 0x42 || unit === 0x46) && next === 1) return "hevc";
    if (unit === 9 || ((unit & 31) === 7 && unit < 128)) return "avc";
  }
  return undefined;
}
