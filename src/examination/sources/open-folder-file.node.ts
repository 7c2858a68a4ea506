import { type BigIntStats, closeSync, fstatSync, readSync } from "node:fs";
import { concatBytes, fromHex, utf8 } from "#base/values";
import type { OpenFile } from "./folder-entry.ts";
import { FILE_FLAGS, openQuietly } from "./open-quietly.node.ts";
import { ReadError, unreadReason } from "./read-error.ts";
import type { FolderSpec } from "./source-spec.ts";
import { errorCode } from "./system-errors.node.ts";

/**
 * Opens one file of a folder for reading: no link followed, no pipe waited for, its access time left where permitted.
 *
 * @param pathBytes Relative, from listFolder.
 * @param expected What listFolder said of it: another file under the name is refused.
 * @throws {ReadError} Why it cannot be read; "vanished" where the name now means another file.
 */
export function openFolderFile(spec: FolderSpec, pathBytes: Uint8Array, expected?: { identity: string }): OpenFile {
  const path = concatBytes(fromHex(spec.pathBytes), utf8("/"), pathBytes);
  const fd = open(path);
  const before = status(fd);
  const refuse = (why: ReadError["why"], code: string): ReadError => {
    closeSync(fd);
    return new ReadError(why, code, { offsetBytes: 0, goodBytes: 0 });
  };
  if (before === undefined) throw refuse("input-error", "EIO");
  if (!before.isFile()) throw refuse("not-regular", "EINVAL");
  if (expected !== undefined && expected.identity !== `${before.dev}:${before.ino}`) throw refuse("vanished", "ESTALE");
  return {
    fd,
    sizeBytes: Number(before.size),
    readSync: (view, offsetBytes) => readFully(fd, view, offsetBytes),
    changed: () => differs(before, status(fd)),
    close: () => closeSync(fd),
  };
}

function open(path: Uint8Array): number {
  try {
    return openQuietly(path, FILE_FLAGS);
  } catch (error) {
    throw failure(error, 0, 0);
  }
}

/** Reads until the view is full or the file ends; the system may give less at a time. */
function readFully(fd: number, view: Uint8Array, offsetBytes: number): number {
  let done = 0;
  while (done < view.length) {
    try {
      const got = readSync(fd, view, done, view.length - done, offsetBytes + done);
      if (got === 0) break;
      done += got;
    } catch (error) {
      throw failure(error, offsetBytes, done);
    }
  }
  return done;
}

function failure(cause: unknown, offsetBytes: number, goodBytes: number): ReadError {
  const code = errorCode(cause);
  return new ReadError(unreadReason(code), code, { offsetBytes: offsetBytes + goodBytes, goodBytes, cause });
}

function status(fd: number): BigIntStats | undefined {
  try {
    return fstatSync(fd, { bigint: true });
  } catch {
    return undefined;
  }
}

function differs(before: BigIntStats, now: BigIntStats | undefined): boolean {
  if (now === undefined) return true;
  return before.size !== now.size || before.mtimeNs !== now.mtimeNs || before.ctimeNs !== now.ctimeNs;
}
