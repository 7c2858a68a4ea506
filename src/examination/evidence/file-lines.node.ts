import { closeSync, openSync, readSync } from "node:fs";

/** One line of a file, without its line feed. */
export interface FileLine {
  bytes: Uint8Array;
  /** Where it begins in the file. */
  offsetBytes: number;
  /** False for a last line without line feed. */
  ended: boolean;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads a file line by line in bounded memory.
 *
 * @param maxBytes Longest line; of a longer one only the first bytes are given, once, as an unended line, and reading stops.
 */
export function* fileLines(path: string, maxBytes: number): Generator<FileLine> {
  const fd = openSync(path, "r");
  try {
    let kept = new Uint8Array(0);
    let keptAt = 0;
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const got = readSync(fd, chunk, 0, chunk.length, keptAt + kept.length);
      if (got === 0) break;
      const bytes = new Uint8Array(kept.length + got);
      bytes.set(kept);
      bytes.set(chunk.subarray(0, got), kept.length);
      let from = 0;
      for (let end = bytes.indexOf(0x0a, kept.length); end !== -1; end = bytes.indexOf(0x0a, from)) {
        yield { bytes: bytes.subarray(from, end), offsetBytes: keptAt + from, ended: true };
        from = end + 1;
      }
      kept = bytes.slice(from);
      keptAt += from;
      if (kept.length > maxBytes) break;
    }
    if (kept.length > 0) yield { bytes: kept, offsetBytes: keptAt, ended: false };
  } finally {
    closeSync(fd);
  }
}
