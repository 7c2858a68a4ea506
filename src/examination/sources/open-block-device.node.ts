import { closeSync, fstatSync, lstatSync } from "node:fs";
import { sourceFault } from "./faults.ts";
import { DEVICE_FLAGS, openDirect, openQuietly } from "./open-quietly.node.ts";
import { openFault } from "./system-errors.node.ts";

/** Two descriptors of one device. */
export interface DeviceDescriptors {
  buffered: number;
  /** Past the page cache; null where that was not asked for or does not work. */
  direct: number | null;
}

/**
 * Opens a block device for reading and nothing else; looked at before it is opened, since opening other things acts.
 *
 * @param path Its own path, not a link.
 * @throws {Fault} source/not-readable where it is no block device; source/missing, /rights, /no-medium, /input-error.
 */
export function openBlockDevice(path: string, direct: boolean): DeviceDescriptors {
  let buffered: number | undefined;
  try {
    if (!lstatSync(path).isBlockDevice()) throw notADevice(path);
    buffered = openQuietly(path, DEVICE_FLAGS);
    if (!fstatSync(buffered).isBlockDevice()) throw notADevice(path);
    return { buffered, direct: direct ? openDirect(path, DEVICE_FLAGS) : null };
  } catch (error) {
    if (buffered !== undefined) closeSync(buffered);
    throw error instanceof Error && error.name === "Fault" ? error : openFault(error, path, "device");
  }
}

function notADevice(path: string): Error {
  const values = { path };
  return sourceFault("source/not-readable", `Cannot open ${path}: not a block device`, { place: path, values });
}
