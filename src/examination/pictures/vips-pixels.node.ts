// libvips and its loaders, for children that are shut in.
import sharp from "sharp";
import type { PictureFormat } from "./picture-format.ts";
import { PictureError, type RawPixels } from "./raw-pixels.ts";

const LOADERS = ["Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif"];

/**
 * Nothing but the six loaders, one thread, nothing kept. To be called once, before the child shuts itself in: the first picture makes
 * the threads and the event loop's registrations, for which the system is no longer asked afterwards.
 */
export async function prepareVips(): Promise<void> {
  sharp.concurrency(1);
  sharp.cache(false);
  sharp.block({ operation: ["VipsForeignLoad", "VipsForeignSave"] });
  sharp.unblock({ operation: LOADERS.map((name) => `VipsForeignLoad${name}`) });
  sharp.unblock({ operation: ["VipsForeignSaveRaw"] });
  await vipsOnce(FIRST_PICTURE, { format: "gif", frame: 0, most: 1 }, false);
}

/** One grey pixel. */
const FIRST_PICTURE = Buffer.from("R0lGODlhAQABAIAAAICAgAAAACwAAAAAAQABAAACAkQBADs=", "base64");

/** What libvips is told. */
export interface VipsJob {
  format: PictureFormat;
  frame: number;
  /** Of pixels. */
  most: number;
}

/**
 * A JPEG, PNG, WebP, GIF, TIFF or AVIF by libvips, in three channels: colour profiles are ignored and alpha is left out, as the
 * PDQ reference does.
 *
 * @throws {PictureError} Where not a pixel can be had.
 */
export async function vipsPixels(bytes: Uint8Array, job: VipsJob): Promise<RawPixels> {
  try {
    return await vipsOnce(bytes, job, false);
  } catch {
    // The first time any complaint ends it; the second time whatever there is is taken.
    return await vipsOnce(bytes, job, true);
  }
}

async function vipsOnce(bytes: Uint8Array, { format, frame, most }: VipsJob, damaged: boolean): Promise<RawPixels> {
  const options = {
    failOn: damaged ? "none" : "warning",
    ignoreIcc: true,
    limitInputPixels: most,
    sequentialRead: true,
  } as const;
  const paged = format === "gif" || format === "webp" || format === "tiff" ? { page: frame, pages: 1 } : {};
  try {
    const picture = sharp(bytes, { ...options, ...paged })
      .removeAlpha()
      .toColourspace("srgb")
      .raw();
    const { data, info } = await picture.toBuffer({ resolveWithObject: true });
    const channels = info.channels === 1 ? 1 : 3;
    return { width: info.width, height: info.height, channels, pixels: data, damaged };
  } catch (cause) {
    throw new PictureError({ code: codeOf(String(cause)), format });
  }
}

function codeOf(said: string): "too-large" | "too-much-memory" | "no-such-frame" | "damaged" {
  if (/pixel limit/i.test(said)) return "too-large";
  if (/memory|alloc/i.test(said)) return "too-much-memory";
  return /page number|bad page/i.test(said) ? "no-such-frame" : "damaged";
}
