import { type BigIntStats, lstatSync } from "node:fs";
import { fromHex } from "#base/values";
import { mountTables, SYSTEM, type SystemTree } from "./block-devices.node.ts";
import type { FolderEntry, FolderUnread } from "./folder-entry.ts";
import { unreadReason } from "./read-error.ts";
import { sortedNames } from "./sorted-names.node.ts";
import type { FolderSpec } from "./source-spec.ts";
import { errorCode } from "./system-errors.node.ts";

/** A folder on the way down: where it is, and its names that are still to come. */
interface Level {
  /** Relative to the source, ending with "/" (empty for the source itself); one character a byte. */
  prefix: string;
  identity: string;
  names: Generator<string, string | undefined>;
}

/** Folders within folders beyond this are told as unread: a damaged file system can nest without end. */
const DEPTH_LIMIT = 1024;

/**
 * Lists all that is in a folder, by a walk of its own, in the order of the names' bytes within each folder.
 *
 * Links are listed and never followed; what is no regular file is never opened; another file system mounted within is
 * not entered (it is a source of its own; subvolumes are not meant); a folder that stands in itself is entered once. Memory: about 30 MB, whatever the number of files (sorted-names.node.ts), and one level a depth.
 *
 * @param spec From lookAtSource.
 * @returns Entries one by one; damage and refusals are entries, never errors.
 */
export function* listFolder(spec: FolderSpec, tree: SystemTree = SYSTEM): Generator<FolderEntry> {
  const root = Buffer.from(fromHex(spec.pathBytes)).toString("latin1").replace(/\/$/, "");
  const mounts = mountPoints(tree);
  const at = (relative: string): Buffer => Buffer.from(`${root}/${relative}`, "latin1");
  const first = identityOf(at(""));
  const levels: Level[] = [{ prefix: "", identity: first ?? "", names: sortedNames(at("")) }];
  for (let level = levels.at(-1); level !== undefined; level = levels.at(-1)) {
    const step = level.names.next();
    if (step.done === true) {
      if (step.value !== undefined) yield unread(level.prefix.replace(/\/$/, ""), step.value, "folder");
      levels.pop();
      continue;
    }
    const relative = level.prefix + step.value;
    const entry = look(at(relative), relative);
    if (!("folder" in entry)) {
      yield entry;
    } else if (mounts.has(`${root}/${relative}`)) {
      yield unread(relative, "EPERM", "mount");
    } else if (levels.length >= DEPTH_LIMIT || levels.some((above) => above.identity === entry.folder)) {
      yield unread(relative, "ELOOP", "loop");
    } else {
      levels.push({ prefix: `${relative}/`, identity: entry.folder, names: sortedNames(at(relative)) });
    }
  }
}

/** What stands at a path: an entry, or the identity of a folder. */
function look(path: Buffer, relative: string): FolderEntry | { folder: string } {
  let facts: BigIntStats;
  try {
    facts = lstatSync(path, { bigint: true });
  } catch (error) {
    return unread(relative, errorCode(error), "unknown");
  }
  const identity = `${facts.dev}:${facts.ino}`;
  if (facts.isDirectory()) return { folder: identity };
  const pathBytes = Buffer.from(relative, "latin1");
  if (facts.isSymbolicLink()) return { kind: "link", pathBytes };
  if (!facts.isFile()) {
    const what = facts.isFIFO() ? "fifo" : facts.isSocket() ? "socket" : "device";
    return { kind: "unread", pathBytes, why: "not-regular", what };
  }
  return {
    kind: "file",
    pathBytes,
    sizeBytes: Number(facts.size),
    mtimeMs: Number(facts.mtimeMs),
    identity,
    names: Number(facts.nlink),
  };
}

function unread(relative: string, code: string, what: FolderUnread["what"]): FolderUnread {
  return { kind: "unread", pathBytes: Buffer.from(relative, "latin1"), why: unreadReason(code), what };
}

/** Where file systems are mounted, one character a byte. */
function mountPoints(tree: SystemTree): Set<string> {
  const mounts = mountTables(tree)?.mounts ?? [];
  return new Set(mounts.map(({ mountPoint }) => Buffer.from(mountPoint).toString("latin1")));
}

function identityOf(path: Buffer): string | undefined {
  try {
    const facts = lstatSync(path, { bigint: true });
    return `${facts.dev}:${facts.ino}`;
  } catch {
    return undefined;
  }
}
