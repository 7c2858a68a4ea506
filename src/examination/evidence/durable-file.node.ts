import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Fault } from "#base/faults";
import { evidenceFault } from "./faults.ts";

/** What an error of the file system means to an officer. */
function writingFault(error: unknown, path: string): Fault {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const options = { place: path, values: { path, error: code }, cause: error };
  if (code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG") {
    return evidenceFault("evidence/no-space", `No room to write ${path}`, options);
  }
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EISDIR", "EEXIST"].includes(code)) {
    return evidenceFault("evidence/rights", `Not allowed to write ${path}`, options);
  }
  return evidenceFault("evidence/write", `Writing ${path} failed: ${code}`, options);
}

/** Does some writing; what the file system refuses becomes a Fault. */
export function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) throw writingFault(error, path);
    throw error;
  }
}

/** Writes all bytes at a position of an open file. */
export function writeAllAt(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done);
}

/**
 * Writes a whole file so that a power cut leaves the old one or the new one, never a part: beside it, synced, renamed.
 *
 * @throws {Fault} evidence/no-space, evidence/rights, evidence/write.
 */
export function writeDurably(path: string, bytes: Uint8Array): void {
  writing(path, () => {
    const fresh = `${path}.part`;
    const fd = openSync(fresh, "w", 0o600);
    try {
      writeFileSync(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(fresh, path);
    syncFolder(dirname(path));
  });
}

/**
 * Writes a whole new file, synced. Nothing is ever written over: a file that is there stays as it is.
 *
 * @throws {Fault} report/exists, evidence/no-space, evidence/rights, evidence/write.
 */
export function writeNew(path: string, bytes: Uint8Array): void {
  if (existsSync(path)) throw evidenceFault("report/exists", `${path} is there`, { place: path, values: { path } });
  writing(path, () => {
    const fd = openSync(path, "wx", 0o600);
    try {
      writeFileSync(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    syncFolder(dirname(path));
  });
}

/** Makes the names in a folder survive a power cut, where the system can. */
export function syncFolder(dir: string): void {
  let fd: number;
  try {
    fd = openSync(dir, "r");
  } catch {
    return; // Windows opens no folders; it syncs names itself.
  }
  try {
    fsyncSync(fd);
  } catch {
    // Some file systems (FAT through FUSE) refuse it; nothing better can be done there.
  } finally {
    closeSync(fd);
  }
}
