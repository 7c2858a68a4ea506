import { ReadError } from "#examination/sources";
import type { FileEntry, FileStream } from "./file-entry.ts";

const RESIDENT_LIMIT = 65_536;

/**
 * A number of 52 bits that is the same for two entries with the same name, state, size and time whose bytes stand in
 * the same places. Of a directory only its place counts: its table changes with every file in it.
 */
export function entryMark(entry: FileEntry): number {
  const mark = marker();
  mark.number(entry.id);
  mark.text(`${entry.kind} ${entry.state} ${entry.renamed ?? false}`);
  for (const name of entry.path) {
    mark.bytes(name);
    mark.text("/");
  }
  if (entry.kind === "directory") return mark.value();
  mark.number(entry.times.modifiedMs ?? 0);
  for (const stream of entry.streams) {
    mark.text(`:${stream.name ?? ""}`);
    mark.number(stream.sizeBytes);
    for (const { startByte, lengthBytes } of stream.extents) {
      mark.number(startByte ?? -1);
      mark.number(lengthBytes);
    }
    if (stream.extents.every(({ startByte }) => startByte === null)) mark.bytes(residentBytes(stream));
  }
  return mark.value();
}

/** Bytes that stand within the record itself, up to a limit. */
function residentBytes({ read }: FileStream): Uint8Array {
  const view = new Uint8Array(Math.min(read.sizeBytes, RESIDENT_LIMIT));
  try {
    return view.subarray(0, read.readSync(view, 0));
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return view.subarray(0, error.goodBytes);
  }
}

/** Two runs of FNV-1a with different primes over the same bytes. */
function marker(): {
  bytes(bytes: Uint8Array): void;
  text(text: string): void;
  number(value: number): void;
  value(): number;
} {
  let a = 0x811c9dc5;
  let b = 0x2b1bf4c7;
  const add = (byte: number): void => {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x85ebca6b) ^ (b >>> 13);
  };
  const cell = new Float64Array(1);
  const cells = new Uint8Array(cell.buffer);
  return {
    bytes: (bytes) => {
      for (const byte of bytes) add(byte);
    },
    text: (text) => {
      for (let i = 0; i < text.length; i++) add(text.charCodeAt(i));
    },
    number: (value) => {
      cell[0] = value;
      for (const byte of cells) add(byte);
    },
    value: () => (a >>> 0) * 2 ** 20 + (b >>> 12),
  };
}
