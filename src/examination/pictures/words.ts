import { type Language, speaker } from "#base/words";
import type { PictureFault } from "./picture.ts";
import type { PictureFormat } from "./picture-format.ts";
import en from "./words/en.json" with { type: "json" };
import km from "./words/km.json" with { type: "json" };

/** Says the sentences of pictures. */
export const sayPictures = speaker({ en, km });

/** Names that are the same in every language. */
const NAMES: Record<Exclude<PictureFormat, "raw" | "video">, string> = {
  ...{ jpeg: "JPEG", png: "PNG", gif: "GIF", webp: "WebP", bmp: "BMP", tiff: "TIFF", avif: "AVIF", heic: "HEIC" },
  ...{
    psd: "Photoshop",
    svg: "SVG",
    jxl: "JPEG XL",
    jp2: "JPEG 2000",
    ico: "ICO",
    emf: "EMF",
    xcf: "GIMP",
    pdf: "PDF",
  },
};

/** Why a picture could not be decoded, as a sentence. */
export function pictureFaultText(language: Language, { code, format, values = {} }: PictureFault): string {
  const name =
    format === "raw" || format === "video" ? sayPictures(language, `format.${format}`) : NAMES[format ?? "jpeg"];
  return sayPictures(language, `picture.${code}`, { width: "?", height: "?", frames: "?", ...values, format: name });
}
