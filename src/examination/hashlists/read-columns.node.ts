import {
  giveRecord,
  type ListPlace,
  type ListReader,
  type ListSink,
  type RawRecord,
  type ReaderMark,
} from "./list-record.ts";
import { csvFields, endsInQuotes, quotedRows, textLines, utf8Text } from "./text-lines.node.ts";

type Column = keyof RawRecord | "hash" | "hashType" | "status";

/** Headings under which lists keep what is read of them, in small letters without signs. */
const HEADINGS: Record<Column, readonly string[]> = {
  md5: ["md5", "md5hash", "hashmd5"],
  sha1: ["sha1", "sha1hash", "hashsha1"],
  sha256: ["sha256", "sha256hash", "hashsha256"],
  hash: ["hash", "hashvalue"],
  hashType: ["hashtype", "hashalgorithm", "algorithm"],
  size: ["filesize", "size", "sizebytes", "mediasize", "bytes", "length"],
  photoDna: ["photodna", "pdna", "photodnahash"],
  category: ["baseline", "category", "classification", "severity", "grade", "imagecategory"],
  series: ["seriesname", "series"],
  id: ["imageid", "mediaid", "id", "fileid", "entryid", "iwfid", "reportid"],
  status: ["status", "state"],
  withdrawn: ["deleted", "withdrawn"],
};

/** Which columns of a heading are read; null where it is no heading of a hash list. */
export interface Columns {
  separator: string;
  width: number;
  places: Partial<Record<Column, number>>;
  /** The headings themselves, in small letters without signs. */
  names: string[];
}

/** Reads a heading. */
export function columnsOf(line: string): Columns | null {
  for (const separator of [";", "\t", ",", "|"]) {
    if (!line.includes(separator)) continue;
    const names = csvFields(line, separator).map((field) => field.toLowerCase().replace(/[^a-z0-9]/g, ""));
    const places: Partial<Record<Column, number>> = {};
    for (const column of Object.keys(HEADINGS) as Column[]) {
      const place = HEADINGS[column].map((name) => names.indexOf(name)).find((at) => at >= 0);
      if (place !== undefined) places[column] = place;
    }
    const { md5, sha1, sha256, hash } = places;
    if ([md5, sha1, sha256, hash].some((place) => place !== undefined)) {
      return { separator, width: names.length, places, names };
    }
  }
  return null;
}

const TAKEN_BACK = /^(?:withdrawn|deleted|removed|disabled|inactive|true|yes|1)$/i;

/**
 * Reads lists with a heading: INTERPOL ICSE (`;`), IWF-like CSV, NSRL's NSRLFile.txt (RDS 2), HashKeeper's .hsh. A field that goes on
 * over lines is joined; a row with fewer fields than the heading is left out.
 *
 * @param from What its mark() was.
 */
export function columnsReader(sink: ListSink, from?: ReaderMark): ListReader {
  const start = from?.state as { heading: string | null; line: number } | undefined;
  let heading: string | null = start?.heading ?? null;
  let columns: Columns | undefined = heading === null ? undefined : (columnsOf(heading) ?? undefined);
  const widthOf = (text: string): number => csvFields(text, columns?.separator ?? ",").length;
  let headed = columns !== undefined;
  const isRow = (text: string): boolean => columns === undefined || Math.abs(widthOf(text) - columns.width) <= 1;
  const rows = quotedRows({
    isOpen: (text) => columns !== undefined && endsInQuotes(text, columns.separator),
    fits: isRow,
    taker: {
      reject: sink.reject,
      line(text, place) {
        if (text.trim() === "") return;
        if (columns === undefined) [heading, columns] = [text, columnsOf(text) ?? undefined];
        if (columns === undefined) {
          throw new RangeError(`Cannot read the list: line ${place.line} is no heading of a hash list`);
        }
        if (headed) giveRow(sink, { text, columns }, place);
        headed = true;
      },
    },
  });
  const lines = textLines(rows, from && { offsetBytes: from.offsetBytes, line: start?.line ?? 1 });
  return {
    push: lines.push,
    mark() {
      // A row that is open is read again from its beginning.
      const place = rows.heldFrom() ?? lines.mark();
      return place && { offsetBytes: place.offsetBytes, state: { heading, line: place.line } };
    },
    end() {
      lines.end();
      rows.end();
      if (columns === undefined) throw new RangeError("Cannot read the list: it has no heading");
    },
  };
}

function giveRow(sink: ListSink, { text, columns }: { text: string; columns: Columns }, place: ListPlace): void {
  const fields = csvFields(text, columns.separator);
  if (fields.length < columns.width - 1) sink.reject("bad-columns", place);
  else giveRecord(sink, rawOf(fields, columns), place);
}

function rawOf(fields: string[], { places }: Columns): RawRecord {
  const field = (column: Column): string | undefined => {
    const place = places[column];
    return place === undefined ? undefined : fields[place];
  };
  const named = (column: Column): string => utf8Text(field(column) ?? "");
  const raw: RawRecord = {
    md5: field("md5"),
    sha1: field("sha1"),
    sha256: field("sha256"),
    size: field("size"),
    photoDna: field("photoDna"),
    category: named("category"),
    series: named("series"),
    id: named("id"),
    withdrawn: TAKEN_BACK.test(field("withdrawn")?.trim() ?? "") || isTakenBack(field("status")),
  };
  const hash = field("hash")?.trim() ?? "";
  if (hash === "") return raw;
  const type = field("hashType")
    ?.toLowerCase()
    .replace(/[^a-z0-9]/g, "");
  if (type === "photodna") return { ...raw, photoDna: hash };
  const algorithm = ({ 32: "md5", 40: "sha1", 64: "sha256" } as const)[hash.length];
  return algorithm === undefined ? { ...raw, md5: raw.md5 || hash } : { ...raw, [algorithm]: raw[algorithm] || hash };
}

function isTakenBack(status: string | undefined): boolean {
  return status !== undefined && /^(?:withdrawn|deleted|removed|disabled|inactive)$/i.test(status.trim());
}
