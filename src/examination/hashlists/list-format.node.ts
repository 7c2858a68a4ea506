import type { ListReader, ListSink, ReaderMark } from "./list-record.ts";
import { algorithmOfHex } from "./list-record.ts";
import { columnsOf, columnsReader } from "./read-columns.node.ts";
import { ENCASE_MAGIC, encaseReader } from "./read-encase.node.ts";
import { ncmecReader } from "./read-ncmec.node.ts";
import { hashdeepReader, plainLine, plainReader } from "./read-plain.node.ts";
import { vicsReader } from "./read-vics.ts";

/** Kinds of lists that are read. */
export type ListFormat =
  | "vics"
  | "icse-csv"
  | "ncmec-xml"
  | "csv"
  | "nsrl-sqlite"
  | "nsrl-text"
  | "hashkeeper"
  | "encase"
  | "hashdeep"
  | "plain";

/** What a list is for. */
export const LIST_ROLES = ["known-bad", "known-good"] as const;
export type ListRole = (typeof LIST_ROLES)[number];

/** Formats that say by themselves what they are for; the others are what their importer declares. */
const OWN_ROLE: Partial<Record<ListFormat, ListRole>> = {
  "icse-csv": "known-bad",
  "ncmec-xml": "known-bad",
  "nsrl-sqlite": "known-good",
  "nsrl-text": "known-good",
};

/** The role a format has by itself; undefined: its importer says. */
export function ownRole(format: ListFormat): ListRole | undefined {
  return OWN_ROLE[format];
}

/** First bytes that tell which format a list has. */
export const LIST_HEAD_BYTES = 1 << 16;
const SQLITE_MAGIC = "SQLite format 3\0";
/** Lines of a plain list that are looked at. */
const PLAIN_LINES = 20;

/** What a list's first bytes are. "utf-16": a text in an encoding that is not read; null: no list that is known. */
export function listFormat(head: Uint8Array): ListFormat | "utf-16" | null {
  const latin = Buffer.from(head.buffer, head.byteOffset, head.length).toString("latin1");
  if (ENCASE_MAGIC.every((byte, i) => head[i] === byte)) return "encase";
  if (latin.startsWith(SQLITE_MAGIC)) return "nsrl-sqlite";
  if (/^(?:\u00ff\u00fe|\u00fe\u00ff)/.test(latin)) return "utf-16";
  const text = latin.replace(/^\u00ef\u00bb\u00bf/, "").trimStart();
  if (text.startsWith("{") || text.startsWith("[")) return isVics(text) ? "vics" : null;
  if (text.startsWith("<")) return /<(?:[\w.-]+:)?queryResult\b/.test(text) ? "ncmec-xml" : null;
  if (text.startsWith("%%%% HASHDEEP-")) return "hashdeep";
  return tableFormat(text) ?? (isPlain(text) ? "plain" : null);
}

function isVics(text: string): boolean {
  return (
    /"(?:@odata\.context|odata\.metadata|odata\.id)"/.test(text) || /"(?:MediaID|MediaSize|MediaFiles)"/.test(text)
  );
}

function tableFormat(text: string): ListFormat | null {
  const columns = columnsOf(text.split(/\r?\n/, 1)[0] ?? "");
  if (columns === null) return null;
  const has = (...names: string[]): boolean => names.every((name) => columns.names.includes(name));
  if (has("sha1", "md5", "filename", "filesize", "productcode")) return "nsrl-text";
  if (has("fileid", "hashsetid", "hash")) return "hashkeeper";
  return columns.separator === ";" && has("md5", "baseline") ? "icse-csv" : "csv";
}

/** Every line that is whole and no comment begins with a digest, or shows one; a single stray line is not held against it. */
function isPlain(text: string): boolean {
  const lines = text.split(/\r?\n/);
  if (text.length >= LIST_HEAD_BYTES - 4) lines.pop();
  const wanted = lines.filter((line) => line.trim() !== "" && !line.startsWith("#")).slice(0, PLAIN_LINES);
  const known = wanted.filter((line) => algorithmOfHex(line.trim()) !== undefined || plainLine(line) !== null);
  return known.length > 0 && known.length >= wanted.length - Math.ceil(wanted.length / 10);
}

/**
 * Makes the reader of a format that is read as a stream.
 *
 * @param start The list's first bytes; and the mark at which an earlier reader of the same list stopped.
 */
export function listReader(
  format: Exclude<ListFormat, "nsrl-sqlite">,
  sink: ListSink,
  { head, from }: { head: Uint8Array; from?: ReaderMark | undefined },
): ListReader {
  switch (format) {
    case "vics":
      return vicsReader(sink, Buffer.from(head.buffer, head.byteOffset, head.length).toString("utf8"), from);
    case "ncmec-xml":
      return ncmecReader(sink, from);
    case "encase":
      return encaseReader(sink, from);
    case "hashdeep":
      return hashdeepReader(sink, from);
    case "plain":
      return plainReader(sink, from);
    default:
      return columnsReader(sink, from);
  }
}
