import { type JsonMark, type JsonRecord, jsonRecordReader } from "#base/values";
import { giveRecord, type ListReader, type ListSink, type RawRecord, type ReaderMark } from "./list-record.ts";

const RECORD_BYTES_MOST = 1 << 20;
const DEPTH_MOST = 50;
const CASES = /"(?:@odata\.context|odata\.metadata)"\s*:\s*"[^"]{0,300}#Cases?\b/;
const MEDIA = /"(?:@odata\.context|odata\.metadata)"\s*:\s*"[^"]{0,300}#Media\b/;

type Fields = Record<string, unknown>;

/** A VICS list, with what it says of itself. */
export interface VicsReader extends ListReader {
  /** The data model it names, "" where none. */
  readonly context: string;
}

/**
 * Reads Project VIC's VICS 1.1 to 2.0 JSON: an OData answer of cases, each with its media, or of media. A record is one Media; one file
 * may stand under many. Numbers and booleans may be texts, category 0 is a category. What a file says of its own counts
 * (TotalMediaFiles) or of being categorised before (IsPrecategorized) is not believed.
 *
 * @param head The list's first bytes: they tell which array holds the media.
 * @see IPED iped.engine.hashdb.HashDBTool (1.2 CAID, 1.3, 2.0), GLEAPP projectvic (2.0)
 */
export function vicsReader(sink: ListSink, head: string, from?: ReaderMark): VicsReader {
  const wish = { arrays: new Set(arraysOf(head)), recordBytesMost: RECORD_BYTES_MOST, depthMost: DEPTH_MOST };
  const reader = jsonRecordReader(wish, from?.state as JsonMark | undefined);
  const give = (records: JsonRecord[]): void => {
    for (const record of records) giveVics(sink, record);
  };
  return {
    push: (bytes) => give(reader.push(bytes)),
    end: () => give(reader.end()),
    mark() {
      const state = reader.mark();
      return state && { offsetBytes: state.offsetBytes, state };
    },
    get context() {
      return reader.facts.get("@odata.context") ?? reader.facts.get("odata.metadata") ?? "";
    },
  };
}

function arraysOf(head: string): string[] {
  if (CASES.test(head)) return ["Media"];
  if (MEDIA.test(head)) return ["value", "Media"];
  // Without a model's name: media stand below cases, where the first bytes show such an array.
  return /"Media"\s*:\s*\[/.test(head) ? ["Media"] : ["value", "Media", ""];
}

function giveVics(sink: ListSink, record: JsonRecord): void {
  const { offsetBytes } = record;
  if (record.kind === "refused") {
    throw new RangeError(`Cannot read the list: refused as ${record.why} at byte ${offsetBytes}`);
  }
  if (record.kind === "too-long") {
    sink.reject("too-long", { offsetBytes });
    return;
  }
  const media = mediaOf(record.text);
  if (media === null) sink.reject("not-json", { offsetBytes });
  else giveRecord(sink, rawOf(media), { offsetBytes });
}

function mediaOf(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

function rawOf(media: Fields): RawRecord {
  const raw: RawRecord = {
    md5: media["MD5"],
    sha1: media["SHA1"] ?? media["Sha1"],
    sha256: media["SHA256"] ?? media["Sha256"],
    size: media["MediaSize"],
    photoDna: media["PhotoDNA"] ?? media["PhotoDna"],
    category: media["Category"],
    series: media["Series"],
    id: media["MediaID"],
    withdrawn: false,
  };
  const { AlternativeHashes: others } = media;
  if (!Array.isArray(others)) return raw;
  for (const other of others.slice(0, 20)) {
    if (!isFields(other) || typeof other["HashName"] !== "string") continue;
    const name = other["HashName"].toLowerCase().replace(/[^a-z0-9]/g, "");
    if (name === "md5" || name === "sha1" || name === "sha256") raw[name] ??= other["HashValue"];
    else if (name === "photodna") raw.photoDna ??= other["HashValue"];
  }
  return raw;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
