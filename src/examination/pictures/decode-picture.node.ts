import { bmpPixels } from "./bmp-pixels.ts";
import type { Picture, PictureWish } from "./picture.ts";
import { type DecodedFormat, type PictureFormat, pictureFormat, REFUSED_FORMATS } from "./picture-format.ts";
import { type PictureHeader, pictureHeader } from "./picture-header.ts";
import { psdPixels } from "./psd-pixels.ts";
import { damaged, PictureError, type RawPixels } from "./raw-pixels.ts";
import { isRawTiff, rawPreview } from "./raw-preview.ts";
import { fittedPixels, nearestPixels, withChannels } from "./reduce-pixels.ts";
import type { JpegDecoder } from "./turbo-jpeg.node.ts";

/** Decoders that this process has. */
export interface Decoders {
  jpeg?: JpegDecoder;
  vips?(bytes: Uint8Array, job: { format: PictureFormat; frame: number; most: number }): Promise<RawPixels>;
  heic?(bytes: Uint8Array): Promise<RawPixels>;
  /** As the one imported here gives them; faster. */
  nearest?: typeof nearestPixels;
}

/** One picture to be decoded. */
export interface DecodeJob extends PictureWish {
  bytes: Uint8Array;
  /** Pixels at most. */
  most: number;
}

/**
 * Decodes one picture. Only for processes that are shut in.
 *
 * @throws {PictureError} Where there are no pixels.
 */
export async function decodePicture(job: DecodeJob, decoders: Decoders): Promise<Picture> {
  const { format, part, bytes } = decodedPart(job.bytes);
  const header = boundedHeader(bytes, part === "preview" ? "jpeg" : format, job);
  const inner = part === "preview" ? "jpeg" : format;
  const raw = await rawPixels({ ...job, bytes }, inner, { header, decoders });
  const { square, maxSide, want } = job;
  const near = square === undefined ? raw : (decoders.nearest ?? nearestPixels)(raw, square);
  const fitted = maxSide === undefined ? near : fittedPixels(near, maxSide);
  const { width, height, channels, pixels } = withChannels(fitted, want === "rgb" ? 3 : 1);
  return {
    ...{ width, height, channels, pixels, format },
    facts: {
      storedWidth: raw.width,
      storedHeight: raw.height,
      frames: header?.frames ?? 1,
      orientation: header?.orientation ?? 1,
      part,
      damaged: raw.damaged,
    },
  };
}

function decodedPart(bytes: Uint8Array): { format: DecodedFormat; part: Picture["facts"]["part"]; bytes: Uint8Array } {
  const format = pictureFormat(bytes);
  if (format === undefined) throw new PictureError({ code: "unknown" });
  if (isRefused(format)) throw new PictureError({ code: "refused", format });
  if (format === "raw" || (format === "tiff" && isRawTiff(bytes))) {
    const preview = rawPreview(bytes);
    if (preview === undefined) throw new PictureError({ code: "refused", format: "raw" });
    return { format: "raw", part: "preview", bytes: bytes.subarray(preview.at, preview.at + preview.lengthBytes) };
  }
  return { format, part: format === "psd" ? "composite" : "picture", bytes };
}

function isRefused(format: PictureFormat): format is (typeof REFUSED_FORMATS)[number] {
  return REFUSED_FORMATS.some((refused) => refused === format);
}

function boundedHeader(
  bytes: Uint8Array,
  format: PictureFormat,
  { most, frame = 0 }: DecodeJob,
): PictureHeader | undefined {
  const header = pictureHeader(bytes, format);
  if (header === undefined) return undefined;
  const { width, height, frames } = header;
  if (width * height > most) throw new PictureError({ code: "too-large", format, values: { width, height } });
  if (frame >= frames) throw new PictureError({ code: "no-such-frame", format, values: { frames } });
  return header;
}

interface With {
  header: PictureHeader | undefined;
  decoders: Decoders;
}

async function rawPixels(job: DecodeJob, format: DecodedFormat, { header, decoders }: With): Promise<RawPixels> {
  const { bytes, most, want, frame = 0 } = job;
  if (format === "bmp" || format === "psd") {
    if (header === undefined) throw damaged(format);
    return format === "bmp" ? bmpPixels(bytes) : psdPixels(bytes);
  }
  if (format === "heic") {
    if (decoders.heic === undefined) throw damaged(format);
    return decoders.heic(bytes);
  }
  if (format === "jpeg" && header !== undefined) {
    const pixels = decoders.jpeg?.(bytes, want === "grey" ? 1 : 3, header);
    if (pixels !== undefined) return pixels;
  }
  if (decoders.vips === undefined) throw damaged(format);
  return decoders.vips(bytes, { format, frame, most });
}
