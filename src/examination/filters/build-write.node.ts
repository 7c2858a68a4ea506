import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { filtersFault } from "./faults.ts";

/**
 * Writes all bytes to an open file.
 *
 * @param path For the Fault.
 * @throws {Fault} filter/disk-full, filter/unwritable.
 */
export function writeWhole(fd: number, bytes: Uint8Array, path: string): void {
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done);
  } catch (cause) {
    throw writeFault(path, cause);
  }
}

/** The Fault for an error while writing: no room left, or something else. */
export function writeFault(path: string, cause: unknown): Error {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const full = code === "ENOSPC" || code === "EDQUOT";
  return filtersFault(full ? "filter/disk-full" : "filter/unwritable", `Cannot write ${path}: ${cause}`, {
    cause,
    values: full ? { path } : { place: path },
  });
}

/** Replaces a file by these bytes; at any moment the old or the new one stands there whole. */
export function replaceFile(path: string, bytes: Uint8Array): void {
  const fresh = `${path}.new`;
  let fd: number;
  try {
    fd = openSync(fresh, "w");
  } catch (cause) {
    throw writeFault(path, cause);
  }
  try {
    writeWhole(fd, bytes, path);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(fresh, path);
  syncFolder(dirname(path));
}

/** Makes a rename in a folder durable, where the system can. */
function syncFolder(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } catch {
    // Some systems cannot sync folders; the rename is still whole.
  } finally {
    closeSync(fd);
  }
}
