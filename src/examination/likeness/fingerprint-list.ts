import { type JsonRecord, jsonRecordReader } from "#base/values";
import { csvEntries } from "./list-lines.ts";
import { ncmecReader } from "./list-ncmec.ts";
import { recordEntries } from "./list-records.ts";
import type { ListedFingerprint } from "./listed-fingerprint.ts";

/** What a list held besides: entries that are no fingerprint of a kind that is read, and broken ones, with the first places. */
export interface ListRejects {
  count: number;
  /** Bytes from the start of the list, of at most 20. */
  firstAt: number[];
}

/** Reads a list piece by piece. */
export interface FingerprintListReader {
  push(bytes: Uint8Array): ListedFingerprint[];
  /** @throws {RangeError} When the list stops early or is none: then nothing of it may be used. */
  end(): ListedFingerprint[];
  readonly rejects: ListRejects;
}

const RECORD_BYTES_MOST = 1 << 20;
/** What a list is, is told by so many first bytes. */
const HEAD_BYTES = 1 << 16;
const ARRAYS = ["data", "hashRecords", "records", "value", "hashes", "content", "results"];

/**
 * Reads lists of perceptual fingerprints as partners hand them on: lines of hexadecimal, CSV with a heading, JSON of ThreatExchange, of
 * Hasher-Matcher-Actioner and of StopNCII (a page or a record a line), and NCMEC's hash-sharing XML. Which one is told by its
 * first bytes. Bounded memory; a broken entry costs only itself, a list that stops early is refused whole.
 */
export function fingerprintListReader(): FingerprintListReader {
  const rejects: ListRejects = { count: 0, firstAt: [] };
  const reject = (atBytes: number): void => {
    rejects.count++;
    if (rejects.firstAt.length < 20) rejects.firstAt.push(atBytes);
  };
  let head = new Uint8Array(0);
  let reader: PieceReader | undefined;
  return {
    rejects,
    push(bytes) {
      if (reader !== undefined) return reader.push(bytes);
      head = joined(head, bytes);
      if (head.length < HEAD_BYTES) return [];
      reader = readerFor(head, reject);
      return reader.push(head);
    },
    end() {
      const last = reader ?? readerFor(head, reject);
      return [...(reader === undefined ? last.push(head) : []), ...last.end()];
    },
  };
}

type PieceReader = Omit<FingerprintListReader, "rejects">;

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function readerFor(head: Uint8Array, reject: (atBytes: number) => void): PieceReader {
  const text = new TextDecoder("utf-8").decode(head.subarray(0, HEAD_BYTES));
  const first = /[^\s\ufeff]/.exec(text)?.[0];
  if (first === "<") return ncmecReader(reject);
  return first === "{" || first === "[" ? recordsReader(text, reject) : linesReader(reject);
}

/** A page is one object whose array holds the records; records one a line, or an array of them, have no such array. */
function recordsReader(head: string, reject: (atBytes: number) => void): PieceReader {
  const page = new RegExp(`^[\\s\\ufeff]*\\{[^{[]*"(?:${ARRAYS.join("|")})"\\s*:\\s*\\[`);
  const arrays = new Set(page.test(head) ? ARRAYS : [""]);
  const reader = jsonRecordReader({ arrays, recordBytesMost: RECORD_BYTES_MOST, depthMost: 50 });
  const give = (records: JsonRecord[]): ListedFingerprint[] =>
    records.flatMap((record) => {
      if (record.kind === "refused") {
        throw new RangeError(`Cannot read the list: refused as ${record.why} at byte ${record.offsetBytes}`);
      }
      const entries = record.kind === "record" ? recordEntries(record.text) : null;
      if (entries === null) reject(record.offsetBytes);
      return entries ?? [];
    });
  return { push: (bytes) => give(reader.push(bytes)), end: () => give(reader.end()) };
}

function linesReader(reject: (atBytes: number) => void): PieceReader {
  const LINE_BYTES_MOST = 1 << 16;
  const entriesOf = csvEntries();
  let rest = new Uint8Array(0);
  let atBytes = 0;
  const give = (line: Uint8Array): ListedFingerprint[] => {
    const entries = line.length > LINE_BYTES_MOST ? null : entriesOf(new TextDecoder("utf-8").decode(line));
    if (entries === null) reject(atBytes);
    atBytes += line.length + 1;
    return entries ?? [];
  };
  return {
    push(bytes) {
      const out: ListedFingerprint[] = [];
      const all = joined(rest, bytes);
      let from = 0;
      for (let at = all.indexOf(0x0a); at >= 0; at = all.indexOf(0x0a, from)) {
        out.push(...give(all.subarray(from, at)));
        from = at + 1;
      }
      // Of a line that is too long only so much is kept as tells that it is.
      rest = all.slice(from).subarray(0, LINE_BYTES_MOST + 1);
      return out;
    },
    end: () => (rest.length > 0 ? give(rest) : []),
  };
}
