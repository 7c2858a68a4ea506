// HEIC by libheif in WebAssembly: the one foreign decoder that needs no native code.
import decodeHeic from "heic-decode";
import { damaged, PictureError, type RawPixels } from "./raw-pixels.ts";

/** The first picture of a HEIC; alpha is left out. @throws {PictureError} */
export async function heicPixels(bytes: Uint8Array): Promise<RawPixels> {
  try {
    const { width, height, data } = await decodeHeic({ buffer: bytes });
    const pixels = new Uint8Array(width * height * 3);
    for (let from = 0, to = 0; to < pixels.length; from += 4) {
      pixels[to++] = data[from] ?? 0;
      pixels[to++] = data[from + 1] ?? 0;
      pixels[to++] = data[from + 2] ?? 0;
    }
    return { width, height, channels: 3, pixels, damaged: false };
  } catch (cause) {
    if (/memory|alloc/i.test(String(cause))) throw new PictureError({ code: "too-much-memory", format: "heic" });
    throw damaged("heic");
  }
}
