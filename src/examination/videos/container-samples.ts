// Containers as the tests write them: small ones, from packets with start codes.
import { concatBytes, fromHex, utf8 } from "#base/values";
import { unitStarts } from "./codec-packets.ts";

/** A packet to be written. */
export interface SamplePacket {
  data: Uint8Array;
  key: boolean;
  timestampMs: number;
}

/** What is written around the packets. */
export interface SampleVideo {
  fourcc: string;
  width: number;
  height: number;
  frameMs: number;
  packets: SamplePacket[];
}

/** A number of so many bytes, least significant first. */
function least(value: number, lengthBytes: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}

/** A number of so many bytes, most significant first. */
function most(value: number, lengthBytes: number): Uint8Array {
  return least(value, lengthBytes).reverse();
}

function riffChunk(name: string, ...parts: Uint8Array[]): Uint8Array {
  const data = concatBytes(...parts);
  return concatBytes(utf8(name), least(data.length, 4), data, new Uint8Array(data.length % 2));
}

function bitmapInfo({ fourcc, width, height }: SampleVideo): Uint8Array {
  return concatBytes(
    ...[least(40, 4), least(width, 4), least(height, 4), least(1, 2), least(24, 2)],
    ...[utf8(fourcc).slice(0, 4), new Uint8Array(20)],
  );
}

/** An AVI with a stream of sound before the picture; its second half in a second RIFF (OpenDML). */
export function aviOf(video: SampleVideo): Uint8Array {
  const { frameMs, packets } = video;
  const times = [least(1000, 4), least(Math.round(1e6 / frameMs), 4), least(0, 4), least(packets.length, 4)];
  const head = (kind: string): Uint8Array =>
    riffChunk("strh", utf8(kind), utf8("xxxx"), new Uint8Array(12), ...times, new Uint8Array(20));
  const sound = riffChunk("LIST", utf8("strl"), head("auds"), riffChunk("strf", new Uint8Array(18)));
  const picture = riffChunk("LIST", utf8("strl"), head("vids"), riffChunk("strf", bitmapInfo(video)));
  const header = riffChunk("LIST", utf8("hdrl"), riffChunk("avih", new Uint8Array(56)), sound, picture);
  const chunks = packets.map(({ data }, i) =>
    i % 2 === 0
      ? concatBytes(riffChunk("00wb", new Uint8Array(7)), riffChunk("01dc", data))
      : riffChunk("LIST", utf8("rec "), riffChunk("01dc", data)),
  );
  const half = packets.length >> 1;
  const movi = (some: Uint8Array[]): Uint8Array => riffChunk("LIST", utf8("movi"), ...some);
  return concatBytes(
    riffChunk("RIFF", utf8("AVI "), header, riffChunk("JUNK", new Uint8Array(33)), movi(chunks.slice(0, half))),
    riffChunk("RIFF", utf8("AVIX"), movi(chunks.slice(half))),
  );
}

/** Start codes exchanged for lengths of four bytes, as FLV wants them, without the parameters; and those. */
function unitsOf(data: Uint8Array): { parameters: Uint8Array[]; pictures: Uint8Array[] } {
  const starts = [...unitStarts(data), data.length + 3];
  const units = starts.slice(0, -1).map((at, i) => {
    let end = (starts[i + 1] ?? 0) - 3;
    while (end > at && data[end - 1] === 0) end--;
    return data.subarray(at, end);
  });
  const isParameter = (unit: Uint8Array): boolean => [7, 8, 9].includes((unit[0] ?? 0) & 31);
  return { parameters: units.filter(isParameter), pictures: units.filter((unit) => !isParameter(unit)) };
}

function avcDescription(packets: SamplePacket[]): Uint8Array {
  const { parameters } = unitsOf(packets[0]?.data ?? new Uint8Array(0));
  const [sps = new Uint8Array(4)] = parameters.filter((unit) => ((unit[0] ?? 0) & 31) === 7);
  const [pps = new Uint8Array(0)] = parameters.filter((unit) => ((unit[0] ?? 0) & 31) === 8);
  const one = (unit: Uint8Array): Uint8Array => concatBytes(most(unit.length, 2), unit);
  return concatBytes(
    Uint8Array.of(1),
    sps.subarray(1, 4),
    Uint8Array.of(0xff, 0xe1),
    one(sps),
    Uint8Array.of(1),
    one(pps),
  );
}

/** A Flash video of H.264, by the old number of the codec or by four characters. */
export function flvOf({ packets }: SampleVideo, enhanced = false): Uint8Array {
  const tag = (type: number, body: Uint8Array, atMs: number): Uint8Array =>
    concatBytes(
      ...[
        Uint8Array.of(type),
        most(body.length, 3),
        most(atMs % 2 ** 24, 3),
        Uint8Array.of(atMs >> 24),
        new Uint8Array(3),
      ],
      ...[body, most(11 + body.length, 4)],
    );
  const about = (key: boolean, kind: 0 | 1): Uint8Array =>
    enhanced
      ? concatBytes(Uint8Array.of(128 + (key ? 16 : 32) + kind), utf8("avc1"), new Uint8Array(kind === 1 ? 3 : 0))
      : Uint8Array.of((key ? 16 : 32) + 7, kind, 0, 0, 0);
  const tags = packets.map(({ data, key, timestampMs }) => {
    const units = unitsOf(data).pictures.flatMap((unit) => [most(unit.length, 4), unit]);
    return tag(9, concatBytes(about(key, 1), ...units), Math.round(timestampMs));
  });
  const config = tag(9, concatBytes(about(true, 0), avcDescription(packets)), 0);
  const head = concatBytes(utf8("FLV"), Uint8Array.of(1, 5), most(9, 4), new Uint8Array(4));
  return concatBytes(head, tag(18, utf8("meta"), 0), config, tag(8, new Uint8Array(5), 0), ...tags);
}

/** One tag of a codec by its number. */
export function flvOfNumber(number: number): Uint8Array {
  const body = Uint8Array.of(16 + number, 0, 0, 0, 0);
  const head = concatBytes(utf8("FLV"), Uint8Array.of(1, 1), most(9, 4), new Uint8Array(4));
  return concatBytes(head, Uint8Array.of(9), most(body.length, 3), new Uint8Array(7), body, most(16, 4));
}

const ASF_PACKET_BYTES = 700;
const PREROLL_MS = 500;
const asfObject = (guid: string, ...parts: Uint8Array[]): Uint8Array => {
  const data = concatBytes(...parts);
  return concatBytes(fromHex(guid), least(24 + data.length, 8), data);
};
const VIDEO_STREAM = 2;

/** An ASF with pictures in parts of 200 bytes, several in a packet, between parts of another stream. */
export function asfOf(video: SampleVideo): Uint8Array {
  const { packets, width, height, frameMs } = video;
  const file = asfObject(
    "a1dcab8c47a9cf118ee400c00c205365",
    ...[new Uint8Array(40), least((packets.length * frameMs + PREROLL_MS) * 1e4, 8), new Uint8Array(8)],
    ...[least(PREROLL_MS, 8), least(0, 4), least(ASF_PACKET_BYTES, 4), least(ASF_PACKET_BYTES, 4), least(0, 4)],
  );
  const format = bitmapInfo(video);
  const stream = asfObject(
    "9107dcb7b7a9cf118ee600c00c205365",
    ...[fromHex("c0ef19bc4d5bcf11a8fd00805f5c442b"), new Uint8Array(24), least(51 + 0, 4), least(0, 4)],
    ...[
      least(VIDEO_STREAM, 2),
      new Uint8Array(4),
      least(width, 4),
      least(height, 4),
      least(2, 1),
      least(40, 2),
      format,
    ],
  );
  const header = concatBytes(least(2, 4), Uint8Array.of(1, 2), file, stream);
  const data = concatBytes(new Uint8Array(26), ...asfPackets(video));
  return concatBytes(
    asfObject("3026b2758e66cf11a6d900aa0062ce6c", header),
    asfObject("3626b2758e66cf11a6d900aa0062ce6c", data),
  );
}

function asfPackets({ packets }: SampleVideo): Uint8Array[] {
  const payloads = packets.flatMap(({ data, timestampMs }, object) =>
    Array.from({ length: Math.ceil(data.length / 200) }, (_, part) => {
      const bytes = data.subarray(200 * part, 200 * part + 200);
      return concatBytes(
        ...[Uint8Array.of(VIDEO_STREAM, object % 256), least(200 * part, 4), Uint8Array.of(8), least(data.length, 4)],
        ...[least(Math.round(timestampMs) + PREROLL_MS, 4), least(bytes.length, 2), bytes],
      );
    }),
  );
  const sound = concatBytes(
    Uint8Array.of(1, 9),
    least(0, 4),
    Uint8Array.of(1, 20),
    least(3, 2),
    Uint8Array.of(2, 7, 7),
  );
  const packed: Uint8Array[] = [];
  for (let i = 0; i < payloads.length; i += 2) {
    const some = [sound, ...payloads.slice(i, i + 2)];
    // Error correction, several payloads, padding told by two bytes; widths of object, offset and replicated data: 1, 4, 1.
    const start = concatBytes(Uint8Array.of(0x82, 0, 0, 0x11, 0x5d));
    const body = concatBytes(new Uint8Array(6), Uint8Array.of(0x80 | some.length), ...some);
    const padding = ASF_PACKET_BYTES - start.length - 2 - body.length;
    packed.push(concatBytes(start, least(padding, 2), body, new Uint8Array(padding)));
  }
  return packed;
}

/** A program stream in packets of 300 bytes, pictures beginning anywhere in them. */
export function mpegPsOf({ packets }: SampleVideo, how: { old?: boolean; map?: boolean } = {}): Uint8Array {
  const pack = how.old
    ? concatBytes(Uint8Array.of(0, 0, 1, 0xba, 0x21), new Uint8Array(7))
    : concatBytes(Uint8Array.of(0, 0, 1, 0xba, 0x44), new Uint8Array(8), Uint8Array.of(0xf8));
  const map = Uint8Array.of(0, 0, 1, 0xbc, 0, 14, 0xe0, 0xff, 0, 0, 0, 4, 0x1b, 0xe0, 0, 0, 0, 0, 0, 0);
  const whole = concatBytes(...packets.map(({ data }) => data));
  const begins = packets.map((_, i) => packets.slice(0, i).reduce((sum, { data }) => sum + data.length, 0));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += 300) {
    const i = begins.findIndex((begin) => begin >= at && begin < at + 300);
    const pts = i < 0 ? new Uint8Array(0) : timestamp(90 * ((packets[i]?.timestampMs ?? 0) + 1000));
    const head = how.old
      ? pts.length === 0
        ? Uint8Array.of(0xff, 0xff, 0x0f)
        : concatBytes(Uint8Array.of(0xff, 0x60, 0x10), pts)
      : concatBytes(Uint8Array.of(0x80, pts.length === 0 ? 0 : 0x80, pts.length), pts);
    const body = concatBytes(head, whole.subarray(at, at + 300));
    parts.push(
      pack,
      Uint8Array.of(0, 0, 1, 0xc0, 0, 3, 1, 2, 3),
      Uint8Array.of(0, 0, 1, 0xe0),
      most(body.length, 2),
      body,
    );
  }
  return concatBytes(pack, ...(how.map ? [map] : []), ...parts, Uint8Array.of(0, 0, 1, 0xb9));
}

function timestamp(clock: number): Uint8Array {
  const value = Math.round(clock);
  return Uint8Array.of(
    ...[0x21 + 2 * (Math.floor(value / 2 ** 30) & 7), Math.floor(value / 2 ** 22) & 255],
    ...[1 + 2 * ((value >> 15) & 127), (value >> 7) & 255, 1 + 2 * (value & 127)],
  );
}
