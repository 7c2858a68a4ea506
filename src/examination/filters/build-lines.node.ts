import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from "node:fs";
import { utf8 } from "#base/values";
import { writeWhole } from "./build-write.node.ts";

const PIECE_BYTES = 1 << 20;

/** Appends JSON values to a file, one a line. */
export interface LineWriter {
  add(value: unknown): void;
  /** Writes what is held. @returns the file's length in bytes. */
  flush(): number;
  sync(): void;
  close(): void;
}

/**
 * Opens a file of JSON lines for appending.
 *
 * @param lengthBytes What a checkpoint vouches for; everything behind is cut off.
 * @throws {Fault} filter/disk-full, filter/unwritable.
 */
export function openLineWriter(path: string, lengthBytes = 0): LineWriter {
  const fd = openSync(path, "a+");
  if (fstatSync(fd).size < lengthBytes)
    throw new RangeError(`Cannot resume ${path}: it is shorter than ${lengthBytes}`);
  ftruncateSync(fd, lengthBytes);
  let length = lengthBytes;
  let held = "";
  const flush = (): number => {
    const bytes = utf8(held);
    held = "";
    writeWhole(fd, bytes, path);
    length += bytes.length;
    return length;
  };
  return {
    add: (value) => {
      held += `${JSON.stringify(value)}\n`;
      if (held.length >= PIECE_BYTES) flush();
    },
    flush,
    sync: () => fsyncSync(fd),
    close: () => closeSync(fd),
  };
}

/** The values of a file of JSON lines that this room wrote. */
export function* readLines<T>(path: string): Generator<T> {
  const fd = openSync(path, "r");
  try {
    const decoder = new TextDecoder();
    const piece = new Uint8Array(PIECE_BYTES);
    let rest = "";
    for (let read = readSync(fd, piece); read > 0; read = readSync(fd, piece)) {
      const lines = (rest + decoder.decode(piece.subarray(0, read), { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line) as T;
    }
  } finally {
    closeSync(fd);
  }
}
