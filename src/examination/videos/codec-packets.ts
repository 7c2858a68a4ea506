import type { DecoderConfig } from "./video-track.ts";

/** What the decoder takes, and Motion JPEG, whose pictures are JPEGs. */
export type PacketCodec = "avc" | "hevc" | "vp8" | "vp9" | "av1" | "mjpeg";

/** Four characters by which AVI and ASF name a codec, in capitals. What is not here is refused by that name. */
const FOURCC: Record<string, PacketCodec> = {
  ...{ H264: "avc", X264: "avc", AVC1: "avc", DAVC: "avc", VSSH: "avc" },
  ...{ HEVC: "hevc", H265: "hevc", X265: "hevc", HVC1: "hevc", HEV1: "hevc" },
  ...{ VP80: "vp8", VP90: "vp9", VP09: "vp9", AV01: "av1" },
  ...{ MJPG: "mjpeg", AVRN: "mjpeg", DMB1: "mjpeg", JPEG: "mjpeg" },
};

/** Names for people, of codecs that are met often and cannot be decoded here. */
const REFUSED: Record<string, string> = {
  ...{ XVID: "MPEG-4 part 2 (Xvid)", DIVX: "MPEG-4 part 2 (DivX)", DX50: "MPEG-4 part 2 (DivX 5)" },
  ...{ FMP4: "MPEG-4 part 2", MP4V: "MPEG-4 part 2", MP4S: "MPEG-4 part 2", M4S2: "MPEG-4 part 2" },
  ...{ DIV3: "MPEG-4 of Microsoft", MP42: "MPEG-4 of Microsoft", MP43: "MPEG-4 of Microsoft" },
  ...{ WMV1: "Windows Media Video 7", WMV2: "Windows Media Video 8", WMV3: "Windows Media Video 9" },
  ...{ WVC1: "VC-1", MPG1: "MPEG-1", MPG2: "MPEG-2", CVID: "Cinepak", IV50: "Indeo 5", DVSD: "DV" },
};

/** The codec of four characters; or how it is called, where it cannot be decoded here. */
export function codecOf(fourcc: string): PacketCodec | { refused: string } {
  const name = fourcc.toUpperCase();
  return FOURCC[name] ?? { refused: REFUSED[name] ?? printable(fourcc) };
}

function printable(fourcc: string): string {
  const text = fourcc.replaceAll(/[^ -~]/g, "").trim();
  return text === "" ? "uncompressed or without a name" : text;
}

/** The decoder's names; profile and level come with the packets. */
const NAMES: Record<PacketCodec, string> = {
  ...{ avc: "avc1.640028", hevc: "hvc1.1.6.L93.B0", vp8: "vp8" },
  ...{ vp9: "vp09.00.10.08", av1: "av01.0.04M.08", mjpeg: "mjpeg" },
};

/** What the decoder is told. @param description avcC or hvcC, where the packets are of lengths and not of start codes. */
export function configOf(codec: PacketCodec, description?: Uint8Array): DecoderConfig {
  return { codec: NAMES[codec], ...(description === undefined ? {} : { description }) };
}

/** Length-prefixed packets: 4 bytes in all but a few files, which name their own size. */
export function lengthBytesOf(codec: PacketCodec, description: Uint8Array | undefined): number {
  if (description === undefined) return 0;
  const at = codec === "avc" ? 4 : codec === "hevc" ? 21 : -1;
  return at < 0 ? 0 : ((description[at] ?? 3) & 3) + 1;
}

/** Whether bytes are avcC or hvcC, which both begin with version 1, and no start code. */
export function isDescription(bytes: Uint8Array): boolean {
  return bytes.length >= 7 && bytes[0] === 1;
}

/**
 * Whether a packet's picture stands by itself.
 *
 * @param lengthBytes 0: start codes (Annex B); else bytes of the length before each unit.
 * @see ITU-T H.264 table 7-1, H.265 table 7-1, RFC 6386 §9.1, VP9 §6.2, AV1 §5.3.2
 */
export function isKeyPacket(codec: PacketCodec, data: Uint8Array, lengthBytes = 0): boolean {
  const [first = 0] = data;
  if (codec === "mjpeg") return true;
  if (codec === "vp8") return (first & 1) === 0;
  if (codec === "vp9") return isVp9Key(first);
  if (codec === "av1") return hasSequenceHeader(data);
  for (const at of unitStarts(data, lengthBytes)) {
    const byte = data[at] ?? 0;
    const type = codec === "avc" ? byte & 31 : (byte >> 1) & 63;
    if (codec === "avc" ? type === 5 : type >= 16 && type <= 21) return true;
    // The first slice tells it.
    if (codec === "avc" ? type === 1 : type <= 9) return false;
  }
  return false;
}

/** frame_marker 2, profile, show_existing_frame 0, frame_type 0. */
function isVp9Key(first: number): boolean {
  if (first >> 6 !== 2) return false;
  const reserved = (first & 0x30) === 0x30 ? 1 : 0;
  return ((first >> (3 - reserved)) & 1) === 0 && ((first >> (2 - reserved)) & 1) === 0;
}

function hasSequenceHeader(data: Uint8Array): boolean {
  for (let at = 0, units = 0; at < data.length && units < 16; units++) {
    const header = data[at] ?? 0;
    if (((header >> 3) & 15) === 1) return true;
    if ((header & 2) === 0) return false;
    at += 1 + ((header >> 2) & 1);
    let [size, shift] = [0, 0];
    for (let more = true; more && shift < 35; shift += 7) {
      const byte = data[at++] ?? 0;
      size += (byte & 127) * 2 ** shift;
      more = byte >= 128;
    }
    at += size;
  }
  return false;
}

/** Where units (NAL) begin, past their start code or length. */
export function* unitStarts(data: Uint8Array, lengthBytes = 0): Generator<number> {
  if (lengthBytes === 0) {
    for (let at = data.indexOf(1, 2); at >= 0 && at + 1 < data.length; at = data.indexOf(1, at + 1))
      if (data[at - 1] === 0 && data[at - 2] === 0) yield at + 1;
    return;
  }
  for (let at = 0; at + lengthBytes < data.length; ) {
    let size = 0;
    for (let i = 0; i < lengthBytes; i++) size = size * 256 + (data[at + i] ?? 0);
    yield at + lengthBytes;
    at += lengthBytes + size;
  }
}
