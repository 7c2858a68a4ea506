import { pictureHeader } from "./picture-header.ts";
import type { Pixels } from "./reduce-pixels.ts";
import { openTurboJpeg } from "./turbo-jpeg.node.ts";

/** The brightness of a JPEG; undefined where it cannot be had or names more pixels than allowed. Valid until the next call. */
export type JpegGrey = (bytes: Uint8Array, pixelsMost: number) => Pixels | undefined;

/** Opens libjpeg-turbo for the pictures of Motion JPEG. Native code: only for processes that are shut in. */
export function openJpegGrey(): JpegGrey {
  const decode = openTurboJpeg();
  return (bytes, pixelsMost) => {
    const header = pictureHeader(bytes, "jpeg");
    return header === undefined || header.width * header.height > pixelsMost ? undefined : decode(bytes, 1, header);
  };
}
