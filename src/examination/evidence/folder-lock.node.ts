import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { evidenceFault } from "./faults.ts";

/** A lock that is held. */
export interface FolderLock {
  release(): void;
}

const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_CANTOPEN = 14;

/**
 * Takes the one writer's lock of a folder.
 *
 * The lock is the operating system's own (fcntl on POSIX, LockFileEx on Windows), reached through SQLite, the only door Node
 * has to it: an empty file `lock` is opened as a database and an exclusive transaction is begun, which writes nothing. The
 * system gives it free when the process ends, however it ends, so no lock is ever stale. This process must never open
 * `lock` by itself: on POSIX closing any descriptor of it would give the lock free.
 *
 * @param waitMs How long to wait for another holder; 0: not at all.
 * @throws {Fault} evidence/in-use, evidence/rights, evidence/write.
 */
export function lockFolder(dir: string, name: string, waitMs: number): FolderLock {
  const path = join(dir, name);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: waitMs });
    database.exec("PRAGMA journal_mode=OFF; BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    const code = error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
    const options = { place: path, values: { path: dir, error: `SQLite ${code}` }, cause: error };
    if (code === SQLITE_BUSY) throw evidenceFault("evidence/in-use", `Another process holds ${path}`, options);
    if (code === SQLITE_READONLY || code === SQLITE_CANTOPEN) {
      throw evidenceFault("evidence/rights", `Not allowed to lock ${path}`, options);
    }
    throw evidenceFault("evidence/write", `Cannot lock ${path}`, options);
  }
  const held = database;
  let released = false;
  return {
    release: () => {
      if (!released) held.close();
      released = true;
    },
  };
}
