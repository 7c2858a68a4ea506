/** Containers of moving pictures that are told by their first bytes. */
const VIDEO_FORMATS = ["mp4", "mov", "3gp", "mkv", "webm", "mpeg-ts", "ogg", "avi", "flv", "wmv", "mpeg-ps"] as const;
export type VideoFormat = (typeof VIDEO_FORMATS)[number];

/** How many first bytes `videoFormat` wants; fewer will do for most. */
export const VIDEO_HEAD_BYTES = 4096;

const TS_PACKET_BYTES = 188;
const M2TS_PACKET_BYTES = 192;

/**
 * What a file is, by its content and never by its name.
 *
 * @param head The first bytes of the file, at best VIDEO_HEAD_BYTES.
 * @returns null where no container of moving pictures is told; pictures in the same containers (HEIF) are none.
 */
export function videoFormat(head: Uint8Array): VideoFormat | null {
  const text = (at: number, length: number): string => String.fromCharCode(...head.subarray(at, at + length));
  if (text(4, 4) === "ftyp") return isoBrand(text(8, 4));
  if (["moov", "mdat", "wide", "skip", "free", "pnot"].includes(text(4, 4)) && head.length >= 16) return "mov";
  if (text(0, 4) === "\x1a\x45\xdf\xa3") return text(0, 64).includes("webm") ? "webm" : "mkv";
  if (text(0, 4) === "RIFF" && text(8, 4) === "AVI ") return "avi";
  if (text(0, 4) === "FLV\x01") return "flv";
  if (text(0, 4) === "OggS") return "ogg";
  if (text(0, 4) === "\x30\x26\xb2\x75" && text(4, 4) === "\x8e\x66\xcf\x11") return "wmv";
  if (text(0, 4) === "\x00\x00\x01\xba") return "mpeg-ps";
  if (stepsOf(head, 0, TS_PACKET_BYTES) || stepsOf(head, 4, M2TS_PACKET_BYTES)) return "mpeg-ts";
  return null;
}

/** ISO/IEC 14496-12 §4.3: the major brand. HEIF and AVIF brands name pictures. */
function isoBrand(brand: string): VideoFormat | null {
  if (/^(heic|heix|heim|heis|hevc|hevx|mif1|mif2|msf1|avif|avis|jpeg|jp2 |crx )$/.test(brand)) return null;
  if (/^qt {2}$/.test(brand)) return "mov";
  return /^3g/.test(brand) ? "3gp" : "mp4";
}

/** ISO/IEC 13818-1 §2.4.3.2: every packet begins with 0x47. */
function stepsOf(head: Uint8Array, first: number, step: number): boolean {
  if (head.length < first + 3 * step) return false;
  for (let at = first; at < head.length; at += step) if (head[at] !== 0x47) return false;
  return true;
}
