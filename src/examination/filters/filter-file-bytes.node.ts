import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { filtersFault } from "./faults.ts";
import { truncated } from "./filter-file-layout.ts";

/** The bytes of a filter file, or of one part inside a bundle. */
export interface FileBytes {
  /** How the file is named in messages. */
  place: string;
  sizeBytes: number;
  /** A view of up to `length` bytes from `offset`, fewer only at the end; good until the next call when `into` is given. */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
  /** Exactly these bytes. @throws {Fault} filter/truncated. */
  exactly(offset: number, length: number): Uint8Array;
  part(offset: number, sizeBytes: number): FileBytes;
  close(): void;
}

/**
 * Opens a filter file for reading.
 *
 * @throws {Fault} filter/missing, filter/unreadable.
 */
export function openBytes(path: string): FileBytes {
  const fd = opened(path);
  const { size } = fstatSync(fd);
  return bytesOf({ fd, path, from: 0, sizeBytes: size });
}

function opened(path: string): number {
  let fd: number;
  try {
    // O_NONBLOCK: a named pipe in place of the file is refused below, not waited for.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    throw failed(path, cause);
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw filtersFault("filter/unreadable", "not a regular file", { place: path, values: { place: path } });
}

function failed(path: string, cause: unknown): Error {
  const code = (cause as NodeJS.ErrnoException).code;
  const missing = code === "ENOENT" || code === "ENOTDIR";
  const options = { place: path, values: { place: path }, cause };
  return filtersFault(missing ? "filter/missing" : "filter/unreadable", `cannot be read: ${code}`, options);
}

interface Window {
  fd: number;
  path: string;
  from: number;
  sizeBytes: number;
}

function bytesOf({ fd, path, from, sizeBytes }: Window): FileBytes {
  const read = (offset: number, length: number, into?: Uint8Array): Uint8Array => {
    const wanted = Math.max(0, Math.min(length, sizeBytes - offset));
    const target = into === undefined ? new Uint8Array(wanted) : into.subarray(0, wanted);
    let got = 0;
    try {
      while (got < wanted) {
        const bytes = readSync(fd, target, got, wanted - got, from + offset + got);
        if (bytes === 0) break;
        got += bytes;
      }
    } catch (cause) {
      throw failed(path, cause);
    }
    return target.subarray(0, got);
  };
  return {
    place: path,
    sizeBytes,
    read,
    exactly: (offset, length) => {
      if (offset + length > sizeBytes) throw truncated(path);
      const bytes = read(offset, length);
      if (bytes.length !== length) throw truncated(path);
      return bytes;
    },
    part: (offset, size) => bytesOf({ fd, path, from: from + offset, sizeBytes: Math.min(size, sizeBytes - offset) }),
    close: () => closeSync(fd),
  };
}
