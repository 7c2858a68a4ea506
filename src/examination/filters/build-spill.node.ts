import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync } from "node:fs";
import { writeWhole } from "./build-write.node.ts";

/** Parts a spill is cut into; a bucket is what is sorted in memory at once. */
export const BUCKETS = 256;
/** Words a segment collects before it is written: 16 MiB. */
const SEGMENT_WORDS = 1 << 22;
const HEAD_BYTES = BUCKETS * 4;

/** Appends fixed-width records, each into one of 256 buckets, to one file. */
export interface SpillWriter {
  add(bucket: number, record: Uint32Array): void;
  /** Writes what is held. @returns the file's length in bytes: where a resumed spill goes on. */
  flush(): number;
  sync(): void;
  close(): void;
}

/**
 * Opens a spill for appending. The file is a row of segments: 256 counts of u32, then the records, bucket by bucket; little-endian.
 *
 * @param width Words a record.
 * @param lengthBytes What a checkpoint vouches for; everything behind is cut off.
 * @throws {Fault} filter/disk-full, filter/unwritable.
 */
export function openSpillWriter(path: string, width: number, lengthBytes = 0): SpillWriter {
  const fd = openSync(path, "a+");
  if (fstatSync(fd).size < lengthBytes)
    throw new RangeError(`Cannot resume ${path}: it is shorter than ${lengthBytes}`);
  ftruncateSync(fd, lengthBytes);
  const capacity = Math.floor(SEGMENT_WORDS / width);
  const words = new Uint32Array(capacity * width);
  const buckets = new Uint8Array(capacity);
  let held = 0;
  let length = lengthBytes;
  const flush = (): number => {
    if (held > 0) {
      const segment = arranged(words.subarray(0, held * width), buckets.subarray(0, held), width);
      writeWhole(fd, new Uint8Array(segment.buffer), path);
      length += segment.byteLength;
      held = 0;
    }
    return length;
  };
  return {
    add: (bucket, record) => {
      if (held === capacity) flush();
      words.set(record, held * width);
      buckets[held++] = bucket;
    },
    flush,
    sync: () => fsyncSync(fd),
    close: () => closeSync(fd),
  };
}

/** One segment: records by bucket, in the order they came. */
function arranged(words: Uint32Array, buckets: Uint8Array, width: number): Uint32Array<ArrayBuffer> {
  const segment = new Uint32Array(BUCKETS + words.length);
  for (const bucket of buckets) segment[bucket] = (segment[bucket] ?? 0) + 1;
  const next = new Uint32Array(BUCKETS);
  let sum = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    next[bucket] = sum;
    sum += segment[bucket] ?? 0;
  }
  for (let i = 0; i < buckets.length; i++) {
    const bucket = buckets[i] ?? 0;
    const place = next[bucket] ?? 0;
    next[bucket] = place + 1;
    for (let word = 0; word < width; word++) {
      segment[BUCKETS + place * width + word] = words[i * width + word] ?? 0;
    }
  }
  return segment;
}

/** Reads a spill bucket by bucket. */
export interface SpillReader {
  /** Records of one bucket in the order they were added. */
  bucket(bucket: number): Uint32Array;
  close(): void;
}

/** Opens a spill that was flushed, for reading. A missing file is an error of the caller. */
export function openSpillReader(path: string, width: number): SpillReader {
  const fd = openSync(path, "r");
  const segments: { at: number; starts: Uint32Array }[] = [];
  const size = fstatSync(fd).size;
  for (let at = 0; at < size; ) {
    const counts = new Uint32Array(BUCKETS);
    readWhole(fd, new Uint8Array(counts.buffer), at);
    const starts = new Uint32Array(BUCKETS + 1);
    for (let bucket = 0; bucket < BUCKETS; bucket++) starts[bucket + 1] = (starts[bucket] ?? 0) + (counts[bucket] ?? 0);
    segments.push({ at: at + HEAD_BYTES, starts });
    at += HEAD_BYTES + (starts[BUCKETS] ?? 0) * width * 4;
  }
  return {
    bucket: (bucket) => {
      const countIn = (starts: Uint32Array): number => (starts[bucket + 1] ?? 0) - (starts[bucket] ?? 0);
      const words = new Uint32Array(segments.reduce((sum, { starts }) => sum + countIn(starts), 0) * width);
      let filled = 0;
      for (const { at, starts } of segments) {
        const part = words.subarray(filled, filled + countIn(starts) * width);
        readWhole(
          fd,
          new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
          at + (starts[bucket] ?? 0) * width * 4,
        );
        filled += part.length;
      }
      return words;
    },
    close: () => closeSync(fd),
  };
}

function readWhole(fd: number, into: Uint8Array, at: number): void {
  for (let done = 0; done < into.length; ) {
    const read = readSync(fd, into, done, into.length - done, at + done);
    if (read === 0) throw new Error(`Cannot read the spill: it ends at ${at + done}`);
    done += read;
  }
}
