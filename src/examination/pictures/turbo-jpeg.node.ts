import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import turbo from "@julusian/jpeg-turbo";
import type { RawPixels } from "./raw-pixels.ts";

/** Decodes a JPEG whose header was read; undefined where libjpeg-turbo does not: CMYK, another kind of damage. */
export type JpegDecoder = (
  bytes: Uint8Array,
  channels: 1 | 3,
  sides: { width: number; height: number },
) => RawPixels | undefined;

/** A plane of this many bytes is kept from one picture to the next. */
const KEPT_BYTES = 2 ** 26;
const [FORMAT_RGB, FORMAT_GREY] = [0, 6];
/** Ends pictures of more than 500 scans: each costs as much as a picture. */
const LIMIT_SCANS = 32_768;

let kept = Buffer.alloc(0);

function room(bytes: number): Buffer {
  if (bytes > KEPT_BYTES) return Buffer.allocUnsafe(bytes);
  if (bytes > kept.length) kept = Buffer.allocUnsafeSlow(bytes);
  return kept.subarray(0, bytes);
}

/**
 * libjpeg-turbo by its own interface where the package brings it as a library (Linux): with the exact transform, so that its colours are
 * libjpeg's to the last bit, and what there is of a file that is cut off. Elsewhere by the package's binding, which gives brightness
 * alone, by the fast transform.
 */
export function openTurboJpeg(): JpegDecoder {
  try {
    return overLibrary();
  } catch {
    return overBinding;
  }
}

function overLibrary(): JpegDecoder {
  const home = dirname(createRequire(import.meta.url).resolve("@julusian/jpeg-turbo/package.json"));
  const name = `jpeg-turbo-${process.platform}-${process.arch}${isMusl() ? "-musl" : ""}`;
  const ffi = process.getBuiltinModule("node:ffi");
  const { functions } = ffi.dlopen(join(home, "prebuilds", name, "libturbojpeg.so.0"), {
    tjInitDecompress: { arguments: [], return: "pointer" },
    tjDecompress2: {
      arguments: [
        ...(["pointer", "pointer", "uint64", "pointer"] as const),
        ...(["int32", "int32", "int32", "int32", "int32"] as const),
      ],
      return: "int32",
    },
    tjGetErrorCode: { arguments: ["pointer"], return: "int32" },
  });
  const handle = functions.tjInitDecompress();
  return (bytes, channels, { width, height }) => {
    const pixels = room(width * height * channels);
    const [from, to] = [ffi.getRawPointer(bytes), ffi.getRawPointer(pixels)];
    const format = channels === 1 ? FORMAT_GREY : FORMAT_RGB;
    const failed = functions.tjDecompress2(
      handle,
      from,
      BigInt(bytes.length),
      to,
      width,
      0,
      height,
      format,
      LIMIT_SCANS,
    );
    // Code 0 is a warning: there are pixels.
    if (failed !== 0 && functions.tjGetErrorCode(handle) !== 0) return undefined;
    return { width, height, channels, pixels, damaged: failed !== 0 };
  };
}

function isMusl(): boolean {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return process.platform === "linux" && report.header?.glibcVersionRuntime === undefined;
}

function overBinding(
  bytes: Uint8Array,
  channels: 1 | 3,
  { width, height }: { width: number; height: number },
): RawPixels | undefined {
  if (channels === 3) return undefined;
  try {
    const image = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const { data } = turbo.decompressSync(image, room(width * height), { format: turbo.FORMAT_GRAY });
    return { width, height, channels, pixels: data.subarray(0, width * height), damaged: false };
  } catch {
    return undefined;
  }
}
