import { fromHex } from "#base/values";
import { isRefusal } from "#examination/images";
import { openImageAt } from "#examination/opening/node";
import { type ImageSpec, type OpenBytes, ReadError } from "#examination/sources";

/** What a reader of a container may hold beside V8's own objects: unpacked chunks and their tables. */
export const CONTAINER_BYTES = 72 << 20;

/**
 * Opens the disk in a container, for one thread: every thread has files and cache of its own.
 *
 * @throws {Error} Where the image is refused now, though it was not when it was looked at.
 */
export function openContainer({ segments, sizeBytes }: ImageSpec): OpenBytes {
  const opened = openImageAt(fromHex(segments[0]?.pathBytes ?? ""));
  if (isRefusal(opened)) throw new Error(`Cannot open the image: ${opened.refused}`);
  const { media } = opened.image;
  return {
    sizeBytes,
    direct: false,
    handles: { sizeBytes, parts: [] },
    readSync: (view, offsetBytes) => {
      try {
        return media.readSync(view, offsetBytes);
      } catch (error) {
        throw error instanceof ReadError ? containerError(error) : error;
      }
    },
    close: () => opened.close(),
  };
}

/** A segment or chunk that is not there is damage: "vanished" would mean that the device was pulled out. */
function containerError(error: ReadError): ReadError {
  const { code, offsetBytes, goodBytes, cause } = error;
  const ofContainer = !(cause instanceof ReadError) || code === "ENDED";
  if (error.why !== "vanished" || !ofContainer) return error;
  return new ReadError("input-error", code, { offsetBytes, goodBytes, cause });
}
