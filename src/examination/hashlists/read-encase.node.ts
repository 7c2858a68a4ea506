import { giveRecord, type ListReader, type ListSink, type ReaderMark } from "./list-record.ts";

/** `HASH` CR LF FF 00, then the version: 2, 1. */
export const ENCASE_MAGIC = Uint8Array.of(0x48, 0x41, 0x53, 0x48, 0x0d, 0x0a, 0xff, 0x00);
const COUNT_AT = 0x10;
const CATEGORY_AT = 0x458;
const ENTRIES_AT = 0x480;
/** MD5, and two bytes that are zero. */
const ENTRY_BYTES = 18;
const MD5_BYTES = 16;

interface EncaseState {
  count: number;
  given: number;
  category: string;
}

/**
 * Reads EnCase's .hash files: a head with the number of entries and the set's name and category in UTF-16, then MD5 values.
 *
 * @see forensicswiki.org, "Encase hash files"
 */
export function encaseReader(sink: ListSink, from?: ReaderMark): ListReader {
  const head = new Uint8Array(ENTRIES_AT);
  const entry = new Uint8Array(ENTRY_BYTES);
  const start = (from?.state ?? { count: 0, given: 0, category: "" }) as EncaseState;
  let { count, given, category } = start;
  let atBytes = from?.offsetBytes ?? 0;
  const take = (): void => {
    if (given++ >= count) throw new RangeError(`Cannot read the list: it has more than its ${count} entries`);
    const place = { offsetBytes: atBytes - ENTRY_BYTES, line: given };
    const md5 = Buffer.from(entry.buffer, 0, MD5_BYTES).toString("hex");
    if (entry[16] !== 0 || entry[17] !== 0) sink.reject("bad-columns", place);
    else giveRecord(sink, { md5, category }, place);
  };
  return {
    mark() {
      // An entry that is open is read again.
      const offsetBytes = ENTRIES_AT + given * ENTRY_BYTES;
      const state: EncaseState = { count, given, category };
      return atBytes < ENTRIES_AT ? undefined : { offsetBytes, state };
    },
    push(bytes) {
      let from = 0;
      while (from < bytes.length) {
        const inHead = atBytes < ENTRIES_AT;
        const into = inHead ? head : entry;
        const filled = inHead ? atBytes : (atBytes - ENTRIES_AT) % ENTRY_BYTES;
        const piece = bytes.subarray(from, from + into.length - filled);
        into.set(piece, filled);
        from += piece.length;
        atBytes += piece.length;
        if (filled + piece.length < into.length) return;
        if (!inHead) take();
        else ({ count, category } = readHead(head));
      }
    },
    end() {
      const rest = (atBytes - ENTRIES_AT) % ENTRY_BYTES;
      if (atBytes < ENTRIES_AT || rest !== 0 || given < count) {
        throw new RangeError(`Cannot read the list: it is cut at byte ${atBytes}, after ${given} of ${count} entries`);
      }
    },
  };
}

function readHead(head: Uint8Array): { count: number; category: string } {
  const view = new DataView(head.buffer);
  const text = new TextDecoder("utf-16le").decode(head.subarray(CATEGORY_AT, ENTRIES_AT));
  return { count: view.getUint32(COUNT_AT, true), category: (text.split("\0")[0] ?? "").replace(/[^\x20-\x7e]/g, "") };
}
