import { pictureHeader } from "./picture-header.ts";
import type { Pixels } from "./reduce-pixels.ts";

/** The brightness of a JPEG; undefined where it cannot be had or names more pixels than allowed. Valid until the next call. */
export type JpegGrey = (bytes: Uint8Array, pixelsMost: number) => Pixels | undefined;

/** Opens libjpeg-turbo for the pictures of Motion JPEG. Native code, loaded here: only for processes that are shut in. */
export async function openJpegGrey(): Promise<JpegGrey> {
  const { openTurboJpeg } = await import("./turbo-jpeg.node.ts");
  const decode = openTurboJpeg();
  return (bytes, pixelsMost) => {
    const header = pictureHeader(bytes, "jpeg");
    return header === undefined || header.width * header.height > pixelsMost ? undefined : decode(bytes, 1, header);
  };
}
