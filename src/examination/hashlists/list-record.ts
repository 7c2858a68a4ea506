/** Digests a foreign list may hold of a whole file. */
export const LIST_ALGORITHMS = ["md5", "sha1", "sha256"] as const;
export type ListAlgorithm = (typeof LIST_ALGORITHMS)[number];

/** Hexadecimal digits of each. */
const HEX_DIGITS: Record<ListAlgorithm, number> = { md5: 32, sha1: 40, sha256: 64 };
/** Names, identifiers and series are kept up to here. */
const TEXT_MOST = 200;

/** One entry of a foreign list. Digests are hexadecimal in either case; what is a list's own wording stays its own. */
export interface ListRecord extends Partial<Record<ListAlgorithm, string>> {
  sizeBytes?: number;
  /** A PhotoDNA value as it stands in the list: carried, never computed or compared here. */
  photoDna?: string;
  /** The list's own category, "" where it has none. "0" is a category. */
  category: string;
  series: string;
  id: string;
  /** Withdrawn entries name what the list takes back, by `id` or by digest. */
  standing: "active" | "withdrawn";
}

/** Why an entry is left out, or one of its fields. Closed: each has its words. */
export const LIST_FLAWS = [
  "not-json",
  "too-long",
  "no-digest",
  "bad-digest",
  "bad-size",
  "bad-columns",
  "open-quote",
  "empty-file",
] as const;
export type ListFlaw = (typeof LIST_FLAWS)[number];

/** Where in a list: a byte from its start, and the line (from 1) or row where it has such. */
export interface ListPlace {
  offsetBytes: number;
  line?: number;
}

/** What takes a list's entries, in the order of the list. */
export interface ListSink {
  record(record: ListRecord, place: ListPlace): void;
  /** An entry that is left out. */
  reject(flaw: ListFlaw, place: ListPlace): void;
  /** A field that is left out; its entry counts. */
  drop(flaw: ListFlaw, place: ListPlace): void;
}

/** Reads a list piece by piece. Both throw RangeError where the list as a whole is broken: then nothing of it may be used. */
export interface ListReader {
  push(bytes: Uint8Array): void;
  /** Must be called at the end: a list that stops early is told here. */
  end(): void;
  /** From where another reader of this list can go on; undefined: not from here, a piece later perhaps. */
  mark(): ReaderMark | undefined;
}

/** A place in a list at which no entry is under way, and what its reader has to know there. */
export interface ReaderMark {
  /** The next byte to push. */
  offsetBytes: number;
  /** JSON of the reader's own; it goes back to the same kind of reader alone. */
  state: unknown;
}

/** How a list file is read. */
export interface ListReading {
  sink: ListSink;
  /** Where an earlier reading stopped. */
  from?: ReaderMark | undefined;
  /**
   * Called between pieces with the place reached (a byte; of a database, a row); what it throws ends the reading. `mark`: from where
   * another reading can go on.
   */
  pause(reached: number, mark: () => ReaderMark | undefined): Promise<void> | undefined;
}

/** What an entry is before its fields are checked: texts as they stand in the list. */
export interface RawRecord extends Partial<Record<ListAlgorithm, unknown>> {
  size?: unknown;
  photoDna?: unknown;
  category?: unknown;
  series?: unknown;
  id?: unknown;
  withdrawn?: boolean;
}

/** Digests of no bytes at all: every empty file would be a hit. */
const EMPTY_FILE: Record<ListAlgorithm, string> = {
  md5: "d41d8cd98f00b204e9800998ecf8427e",
  sha1: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
};
const HEX = /^[0-9a-fA-F]+$/;
const PHOTO_DNA = /^(?:[0-9a-fA-F]{288}|[A-Za-z0-9+/]{192}|\d{1,3}(?:,\d{1,3}){143})$/;

/** Checks an entry's fields and hands it on, or tells why it is left out. */
export function giveRecord(sink: ListSink, raw: RawRecord, place: ListPlace): void {
  const record: ListRecord = {
    category: textOf(raw.category),
    series: textOf(raw.series),
    id: textOf(raw.id),
    standing: raw.withdrawn === true ? "withdrawn" : "active",
  };
  let [digests, broken, empty] = [0, false, false];
  for (const algorithm of LIST_ALGORITHMS) {
    const given = blank(raw[algorithm]);
    if (given === "") continue;
    if (given.length !== HEX_DIGITS[algorithm] || !HEX.test(given)) broken = true;
    else {
      record[algorithm] = given;
      digests++;
      empty ||= given.length === HEX_DIGITS[algorithm] && given.toLowerCase() === EMPTY_FILE[algorithm];
    }
  }
  const photoDna = blank(raw.photoDna);
  if (PHOTO_DNA.test(photoDna)) record.photoDna = photoDna;
  const named = record.standing === "withdrawn" && record.id !== "";
  if (digests === 0 && !named && record.photoDna === undefined) {
    sink.reject(broken ? "bad-digest" : "no-digest", place);
    return;
  }
  const size = sizeOf(raw.size);
  if (empty || size === 0) {
    sink.reject("empty-file", place);
    return;
  }
  if (broken || (photoDna !== "" && record.photoDna === undefined)) sink.drop("bad-digest", place);
  if (size === null) sink.drop("bad-size", place);
  else if (size !== undefined) record.sizeBytes = size;
  sink.record(record, place);
}

/** @returns undefined: none is given; null: what is given is no size. */
function sizeOf(given: unknown): number | undefined | null {
  if (typeof given === "number") return Number.isSafeInteger(given) && given >= 0 ? given : null;
  const text = blank(given);
  if (text === "") return undefined;
  const size = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
}

/** A text without blanks around it; what is no text is none. */
function blank(given: unknown): string {
  return typeof given === "string" ? given.trim() : "";
}

function textOf(given: unknown): string {
  if (typeof given === "string") return given.trim().slice(0, TEXT_MOST).toWellFormed();
  if (typeof given === "number") return String(given);
  return typeof given === "bigint" ? String(given) : "";
}

/** Which digest so many hexadecimal digits are, or undefined. */
export function algorithmOfHex(text: string): ListAlgorithm | undefined {
  if (!HEX.test(text)) return undefined;
  return LIST_ALGORITHMS.find((algorithm) => HEX_DIGITS[algorithm] === text.length);
}
