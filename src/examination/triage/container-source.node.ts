import { concatBytes, fromHex, utf8 } from "#base/values";
import { isRefusal, type LogicalEntry } from "#examination/images";
import { openImageAt } from "#examination/opening/node";
import {
  type FolderSpec,
  type ImageSpec,
  type OpenBytes,
  type OpenFile,
  ReadError,
  splitPath,
} from "#examination/sources";

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

/** The files of an image that holds no disk, for one thread. A file's path is its number and its chain of names. */
export interface ContainerFiles {
  list(): Iterable<{ path: Uint8Array; sizeBytes: number; modifiedMs: number }>;
  /** @throws {ReadError} Where there is no such file. */
  open(path: Uint8Array): OpenFile;
}

/** Links of a container's file in places: those of its path without its number. */
export function containerLinks(path: Uint8Array): Uint8Array[] {
  return splitPath(path).slice(1);
}

/** Opens the files in a container. Files are asked for in about the order of the list: that is walked along. */
export function openContainerFiles({ pathBytes }: FolderSpec): ContainerFiles {
  const opened = openImageAt(fromHex(pathBytes));
  const entries = isRefusal(opened) ? undefined : opened.image.entries;
  if (entries === undefined) throw new Error("Cannot open the image: it holds no files now");
  const ahead = new Map<number, LogicalEntry>();
  let walk: Iterator<LogicalEntry> | undefined;
  let next = 0;
  const entryAt = (wanted: number): LogicalEntry | undefined => {
    const known = ahead.get(wanted);
    if (known !== undefined) return known;
    if (wanted < next) walk = undefined;
    if (walk === undefined) [walk, next] = [filesOf(entries()), 0];
    for (;;) {
      const step = walk.next();
      if (step.done === true) return undefined;
      ahead.set(next, step.value);
      if (ahead.size > ENTRIES_AHEAD) ahead.delete(ahead.keys().next().value ?? -1);
      if (next++ === wanted) return step.value;
    }
  };
  return {
    *list() {
      let number = 0;
      for (const entry of filesOf(entries())) {
        const path = concatBytes(
          utf8(`${number++}/files`),
          ...entry.path.flatMap((name) => [utf8("/"), plainName(name)]),
        );
        yield { path, sizeBytes: sizeOf(entry), modifiedMs: Math.floor(entry.times.modifiedMs ?? 0) };
      }
    },
    open(path) {
      const entry = entryAt(Number(Buffer.from(splitPath(path)[0] ?? []).toString("latin1")));
      if (entry === undefined) throw new ReadError("input-error", "ENOENT", { offsetBytes: 0, goodBytes: 0 });
      if (sizeOf(entry) > FILE_MOST_BYTES) throw new ReadError("refused", "SIZE", { offsetBytes: 0, goodBytes: 0 });
      return openEntry(entry);
    },
  };
}

const ENTRIES_AHEAD = 4096;
/** A file that says it is larger lies, or is no file that a phone or a folder holds: it is not read, and unread. */
const FILE_MOST_BYTES = 2 ** 36;

function* filesOf(entries: Iterable<LogicalEntry>): Generator<LogicalEntry> {
  for (const entry of entries) if (entry.kind === "file") yield entry;
}

/** A name is one link, whatever is in it. */
function plainName(name: Uint8Array): Uint8Array {
  return name.includes(0x2f) ? utf8(Buffer.from(name).toString("latin1").replaceAll("/", "%2F")) : name;
}

/** What the image says it has; bytes that it does not hold are unread. */
function sizeOf({ sizeBytes, read }: LogicalEntry): number {
  return Number.isSafeInteger(sizeBytes) ? sizeBytes : read.sizeBytes;
}

function openEntry(entry: LogicalEntry): OpenFile {
  const { read } = entry;
  return {
    fd: -1,
    sizeBytes: sizeOf(entry),
    readSync: (view, offsetBytes) => {
      try {
        return read.readSync(view, offsetBytes);
      } catch (error) {
        throw error instanceof ReadError ? containerError(error) : error;
      }
    },
    changed: () => false,
    close: () => undefined,
  };
}

/** A segment or chunk that is not there is damage: "vanished" would mean that the device was pulled out. */
function containerError(error: ReadError): ReadError {
  const { code, offsetBytes, goodBytes, cause } = error;
  const ofContainer = !(cause instanceof ReadError) || code === "ENDED";
  if (error.why !== "vanished" || !ofContainer) return error;
  return new ReadError("input-error", code, { offsetBytes, goodBytes, cause });
}
