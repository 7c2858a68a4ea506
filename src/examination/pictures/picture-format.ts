import { big, holds, little } from "#base/values";

/** Formats that are decoded. */
export const DECODED_FORMATS = ["jpeg", "png", "gif", "webp", "bmp", "tiff", "avif", "heic", "psd", "raw"] as const;
/** Formats that are known by name and not decoded: programs, documents, films, and pictures without a decoder here. */
export const REFUSED_FORMATS = ["svg", "jxl", "jp2", "ico", "emf", "xcf", "pdf", "video"] as const;
export type DecodedFormat = (typeof DECODED_FORMATS)[number];
export type RefusedFormat = (typeof REFUSED_FORMATS)[number];
export type PictureFormat = DecodedFormat | RefusedFormat;

/** First bytes, one character a byte; a format may have several. Those of camera RAW stand before TIFF's. */
const MAGICS: [string, PictureFormat][] = [
  ["\xff\xd8\xff", "jpeg"],
  ["\x89PNG\r\n\x1a\n", "png"],
  ["GIF8", "gif"],
  ["8BPS", "psd"],
  ["FUJIFILMCCD-RAW", "raw"],
  ["II*\0\x10\0\0\0CR", "raw"],
  ["IIRO", "raw"],
  ["IIRS", "raw"],
  ["MMOR", "raw"],
  ["IIU\0", "raw"],
  ["II*\0", "tiff"],
  ["MM\0*", "tiff"],
  ["II+\0", "tiff"],
  ["MM\0+", "tiff"],
  ["\xff\x0a", "jxl"],
  ["\0\0\0\x0cJXL \r\n", "jxl"],
  ["\0\0\0\x0cjP  \r\n", "jp2"],
  ["\xff\x4f\xff\x51", "jp2"],
  ["\0\0\x01\0", "ico"],
  ["\0\0\x02\0", "ico"],
  ["gimp xcf ", "xcf"],
  ["%PDF-", "pdf"],
  ["\x1aE\xdf\xa3", "video"],
];

const BRANDS: Record<string, PictureFormat> = {
  ...{ avif: "avif", avis: "avif", crx: "raw" },
  ...{ heic: "heic", heix: "heic", hevc: "heic", hevx: "heic", heim: "heic", heis: "heic", mif1: "heic", msf1: "heic" },
};

/**
 * The format of a picture by its bytes, never by its name.
 *
 * @param bytes The file, or at least its first 4 KiB.
 * @returns undefined where the bytes begin like none of the formats.
 */
export function pictureFormat(bytes: Uint8Array): PictureFormat | undefined {
  if (holds(bytes, 4, "ftyp")) return brandFormat(bytes);
  for (const [magic, format] of MAGICS) if (holds(bytes, 0, magic)) return format;
  if (holds(bytes, 0, "RIFF") && holds(bytes, 8, "WEBP")) return "webp";
  if (holds(bytes, 0, "RIFF") && holds(bytes, 8, "AVI ")) return "video";
  if (holds(bytes, 0, "BM") && isBmpHeader(little(bytes, 14, 4))) return "bmp";
  if (holds(bytes, 0, "\x01\0\0\0") && holds(bytes, 40, " EMF")) return "emf";
  return isSvg(bytes) ? "svg" : undefined;
}

/** The first brand that is known, unless it is one that many formats have. @see ISO/IEC 14496-12 §4.3 */
function brandFormat(bytes: Uint8Array): PictureFormat {
  const end = Math.min(bytes.length, big(bytes, 0, 4), 256);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += at === 8 ? 8 : 4) {
    brands.push(String.fromCharCode(...bytes.subarray(at, at + 4)).trim());
  }
  const [major = ""] = brands;
  const precise = /^mi?s?f1$/.test(major) ? brands.find((brand) => /^(avi[fs]|he[iv][cxms])$/.test(brand)) : undefined;
  return BRANDS[precise ?? major] ?? "video";
}

function isBmpHeader(lengthBytes: number): boolean {
  return lengthBytes === 12 || (lengthBytes >= 40 && lengthBytes <= 256);
}

function isSvg(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 1024)).toLowerCase();
  return /^(\u00ef\u00bb\u00bf)?\s*<(\?xml|!--|!doctype svg|svg)/.test(text) && text.includes("<svg");
}
