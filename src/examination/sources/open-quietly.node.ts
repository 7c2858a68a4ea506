import { constants, openSync } from "node:fs";
import { errorCode } from "./system-errors.node.ts";

// On systems without them these are undefined, and 0 changes nothing.
const NOATIME = constants.O_NOATIME ?? 0;
const DIRECT = constants.O_DIRECT ?? 0;

/** For files: never through a link put there since the look, never waiting for a pipe put there. */
export const FILE_FLAGS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
/** For devices: without O_NONBLOCK, which would skip the kernel's question for the medium. */
export const DEVICE_FLAGS = constants.O_NOFOLLOW ?? 0;

/**
 * Opens for reading, without changing the time of last access where the system permits (the owner's and root's right).
 *
 * @param flags More flags: FILE_FLAGS or DEVICE_FLAGS.
 * @throws The system's error.
 */
export function openQuietly(path: string | Uint8Array, flags: number): number {
  const name = typeof path === "string" ? path : Buffer.from(path);
  const quiet = constants.O_RDONLY | flags;
  try {
    return openSync(name, quiet | NOATIME);
  } catch (error) {
    if (NOATIME === 0 || errorCode(error) !== "EPERM") throw error;
    return openSync(name, quiet);
  }
}

/** The same past the page cache (O_DIRECT); null where the system or the file system cannot. */
export function openDirect(path: string | Uint8Array, flags: number): number | null {
  if (DIRECT === 0) return null;
  try {
    return openQuietly(path, flags | DIRECT);
  } catch (error) {
    if (errorCode(error) === "EINVAL") return null;
    throw error;
  }
}
