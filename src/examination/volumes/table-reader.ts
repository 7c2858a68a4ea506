import { type ByteSource, ReadError } from "#examination/sources";
import type { NoteVolumeProblem } from "./volume-problem.ts";

/** Gives `length` bytes at an offset, fewer at the end of the source or where they cannot be read. Never throws for damage. */
export interface TableReader {
  readonly sizeBytes: number;
  readonly read: (offsetBytes: number, length: number) => Uint8Array;
  readonly note: NoteVolumeProblem;
}

const BYTES_LIMIT = 128 * 1024 * 1024;
const READS_LIMIT = 8192;
const NONE = new Uint8Array(0);

/** A reader of tables that stops giving after 128 MiB or 8,192 reads, so that no table makes it read a whole disk. */
export function tableReader(source: ByteSource, note: NoteVolumeProblem): TableReader {
  let bytesLeft = BYTES_LIMIT;
  let readsLeft = READS_LIMIT;
  return {
    sizeBytes: source.sizeBytes,
    note,
    read: (offsetBytes, length) => {
      const wanted = Math.min(length, source.sizeBytes - offsetBytes);
      if (!Number.isSafeInteger(offsetBytes) || offsetBytes < 0 || !(wanted > 0)) return NONE;
      if (readsLeft <= 0 || bytesLeft < wanted) return NONE;
      readsLeft--;
      bytesLeft -= wanted;
      const view = new Uint8Array(wanted);
      try {
        return view.subarray(0, source.readSync(view, offsetBytes));
      } catch (error) {
        if (!(error instanceof ReadError)) throw error;
        note("unreadable", offsetBytes + error.goodBytes, { length: wanted - error.goodBytes });
        return view.subarray(0, error.goodBytes);
      }
    },
  };
}

/** Text of one byte a character up to the first zero, without what cannot be shown. */
export function plainText(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return Array.from(end < 0 ? bytes : bytes.subarray(0, end), (byte) =>
    byte >= 0x20 && byte !== 0x7f && (byte < 0x80 || byte >= 0xa0) ? String.fromCharCode(byte) : "\ufffd",
  ).join("");
}
