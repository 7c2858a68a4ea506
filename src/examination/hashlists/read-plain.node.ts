import {
  algorithmOfHex,
  giveRecord,
  LIST_ALGORITHMS,
  type ListAlgorithm,
  type ListReader,
  type ListSink,
  type RawRecord,
  type ReaderMark,
} from "./list-record.ts";
import { type LineMark, type LineTaker, type TextLines, textLines, utf8Text } from "./text-lines.node.ts";

/** `MD5 (name) = digest`, as BSD's programs and `--tag` write. */
const TAGGED = /^\\?(?:MD5|SHA1|SHA256|SHA-1|SHA-256|SHA2-256) \(.*\) ?= ?([0-9a-fA-F]+)$/;
/** md5deep -z: the size stands before the digest. */
const SIZED = /^ *(\d{1,16})[ ,]+([0-9a-fA-F]{32,64})(?:[ ,]|$)/;
const FIRST = /^\\?([0-9a-fA-F]{32,64})(?=[\s,;|*]|$)/;

/** The digest, and the size where one stands before it, of a line of a plain list; null: it has none. */
export function plainLine(line: string): RawRecord | null {
  const text = line.trim();
  const digest = (FIRST.exec(text) ?? TAGGED.exec(text))?.[1];
  if (digest !== undefined) {
    const algorithm = algorithmOfHex(digest);
    return algorithm === undefined ? null : { [algorithm]: digest };
  }
  const [, size, sized = ""] = SIZED.exec(text) ?? [];
  const algorithm = algorithmOfHex(sized);
  return algorithm === undefined ? null : { [algorithm]: sized, size };
}

/** Reads plain lists: one digest a line, alone or before a file's name; what md5deep, coreutils and BSD's programs write. `#`: a comment. */
export function plainReader(sink: ListSink, from?: ReaderMark): ListReader {
  const taker: LineTaker = {
    reject: sink.reject,
    line(text, place) {
      if (text.trim() === "" || text.startsWith("#") || text.startsWith("%%%%")) return;
      const raw = plainLine(text);
      if (raw === null) sink.reject("no-digest", place);
      else giveRecord(sink, raw, place);
    },
  };
  return readerOfLines(textLines(taker, lineOf(from)), () => null);
}

interface LineState {
  line: number;
  more: unknown;
}

function lineOf(from: ReaderMark | undefined): LineMark | undefined {
  return from && { offsetBytes: from.offsetBytes, line: (from.state as LineState).line };
}

/** @param more What the reader knows besides the line. */
function readerOfLines(lines: TextLines, more: () => unknown): ListReader {
  return {
    push: lines.push,
    end: lines.end,
    mark() {
      const place = lines.mark();
      if (place === undefined) return undefined;
      const state: LineState = { line: place.line, more: more() };
      return { offsetBytes: place.offsetBytes, state };
    },
  };
}

/**
 * Reads hashdeep's files: `%%%% HASHDEEP-1.0`, then a line that names the columns, comments (`##`), rows. A name may hold commas.
 *
 * @see hashdeep 4.4, `hashdeep -k`
 */
export function hashdeepReader(sink: ListSink, from?: ReaderMark): ListReader {
  let columns = ((from?.state as LineState | undefined)?.more ?? undefined) as string[] | undefined;
  const taker: LineTaker = {
    reject: sink.reject,
    line(text, place) {
      if (text.trim() === "" || text.startsWith("##")) return;
      if (text.startsWith("%%%%")) {
        const names = text.slice(4).trim();
        if (!/^HASHDEEP-/i.test(names)) columns = names.split(",").map((name) => name.trim().toLowerCase());
        return;
      }
      if (columns === undefined)
        throw new RangeError(`Cannot read the list: line ${place.line} stands before its columns`);
      giveHashdeep(sink, { columns, fields: text.split(",") }, place);
    },
  };
  const lines = readerOfLines(textLines(taker, lineOf(from)), () => columns ?? null);
  return {
    ...lines,
    end() {
      lines.end();
      if (columns === undefined) throw new RangeError("Cannot read the list: it names no columns");
    },
  };
}

function giveHashdeep(
  sink: ListSink,
  { columns, fields }: { columns: string[]; fields: string[] },
  place: { offsetBytes: number; line: number },
): void {
  if (fields.length < columns.length) {
    sink.reject("bad-columns", place);
    return;
  }
  const field = (name: string): string | undefined => {
    const at = columns.indexOf(name);
    return at < 0 ? undefined : fields[at];
  };
  const raw: RawRecord = { size: field("size"), id: utf8Text(fields.slice(columns.length - 1).join(",")) };
  for (const algorithm of LIST_ALGORITHMS satisfies readonly ListAlgorithm[]) raw[algorithm] = field(algorithm);
  giveRecord(sink, raw, place);
}
