// For tests: bytes in memory as a volume, and what a file system lists of them.
import type { ByteSource } from "#examination/sources";
import type { FileEntry, FileStream } from "./file-entry.ts";
import type { EntryWishes, FileSystem } from "./file-system.ts";

/** Bytes in memory as a volume. */
export function memoryVolume(bytes: Uint8Array): ByteSource {
  return {
    sizeBytes: bytes.length,
    readSync: (view, offsetBytes) => {
      const part = bytes.subarray(offsetBytes, offsetBytes + view.length);
      view.set(part);
      return part.length;
    },
  };
}

/** All entries under their places ("folder/name"); of several with one place the last. */
export function entriesByPlace(fileSystem: FileSystem | null, wishes?: EntryWishes): Map<string, FileEntry> {
  const decoder = new TextDecoder();
  const entries = new Map<string, FileEntry>();
  for (const entry of fileSystem?.entries(wishes) ?? []) {
    entries.set(entry.path.map((name) => decoder.decode(name)).join("/"), entry);
  }
  return entries;
}

/** All of a stream, read in uneven pieces. */
export function bytesOfStream({ read }: FileStream): Uint8Array {
  const bytes = new Uint8Array(read.sizeBytes);
  for (let at = 0; at < bytes.length; ) {
    const done = read.readSync(bytes.subarray(at, at + 5003), at);
    if (done === 0) throw new RangeError(`Cannot read a stream: it must hold what it says, current end is ${at}`);
    at += done;
  }
  return bytes;
}

/** The main stream of an entry, all of it; null where it has none. */
export function mainBytes(entry: FileEntry | undefined): Uint8Array | null {
  const stream = entry?.streams.find(({ name }) => name === null);
  return stream === undefined ? null : bytesOfStream(stream);
}
